import { expect, test } from 'vitest'
import { MetricsRegistry } from './metrics-registry.ts'

test('families are written in order, with help, type and sorted labels; those without series are not', () => {
  const registry = new MetricsRegistry({
    b_total: { type: 'counter', help: 'B.', labels: ['z', 'a'] },
    a: { type: 'gauge', help: 'A.' },
    c_seconds: { type: 'histogram', help: 'C.', labels: ['k'], buckets: [0.1, 1] },
    unseen_total: { type: 'counter', help: 'Never.', labels: ['x'] },
  })
  registry.add('b_total', 1, { z: '1', a: 'q"\\\n' })
  registry.add('b_total', 2, { a: 'q"\\\n', z: '1' })
  registry.observe('c_seconds', 0.1, { k: 'v' })
  registry.observe('c_seconds', 0.5, { k: 'v' })
  registry.observe('c_seconds', 5, { k: 'v' })
  expect(registry.text()).toBe(
    [
      '# HELP a A.',
      '# TYPE a gauge',
      'a 0',
      '# HELP b_total B.',
      '# TYPE b_total counter',
      String.raw`b_total{a="q\"\\\n",z="1"} 3`,
      '# HELP c_seconds C.',
      '# TYPE c_seconds histogram',
      'c_seconds_bucket{k="v",le="0.1"} 1',
      'c_seconds_bucket{k="v",le="1"} 2',
      'c_seconds_bucket{k="v",le="+Inf"} 3',
      'c_seconds_sum{k="v"} 5.6',
      'c_seconds_count{k="v"} 3',
      '',
    ].join('\n'),
  )
})
