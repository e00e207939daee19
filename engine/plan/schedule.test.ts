import type { Scenario } from '../scenario/scenario.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '../base/json.ts'
import { scenario } from '../run/testing/fake-run.ts'
import { estimateMs } from './estimate.ts'
import { floorOf } from './floor.ts'
import { historyText, parseHistory, remember } from './history.ts'
import { inOrder } from './order.ts'
import { select } from './select.ts'
import { parseShard, shardOf } from './shard.ts'
import { parseTags } from './tag-expression.ts'

describe('tags', () => {
  test.each([
    ['storm', true],
    ['dedup', false],
    ['storm and not slow', true],
    ['storm && !p0', false],
    ['dedup or p0', true],
    ['dedup, p0', true],
    ['not (dedup or storm)', false],
    ['dedup and p0 or storm', true],
  ])('%s', (text, expected) => {
    expect(parseTags(text)(['storm', 'p0'])).toBe(expected)
  })

  test.each([
    ['', 'a tag is missing at the end'],
    ['storm and', 'a tag is missing at the end'],
    ['and storm', 'and stands where a tag belongs'],
    ['(storm', '( is not closed'],
    ['storm dedup', 'dedup is not expected there; join tags with and, or, not'],
  ])('%s is refused', (text, message) => {
    expect(() => parseTags(text)).toThrow(message)
  })
})

describe('history', () => {
  test('blends times, newest most, and keeps the last outcome', () => {
    const first = remember({}, [{ id: 'a', ms: 1000, outcome: 'passed' }])
    const second = remember(first, [{ id: 'a', ms: 2000, outcome: 'failed' }])
    expect(second).toEqual({ a: { ms: 1400, outcome: 'failed', age: 0 } })
  })

  test('what says nothing of the time leaves it, and skipped scenarios leave no trace', () => {
    const known = { a: { ms: 1000, outcome: 'passed', age: 0 } } as const
    expect(remember(known, [{ id: 'a', ms: 5, outcome: 'cancelled' }])['a']).toMatchObject({ ms: 1000 })
    expect(remember(known, [{ id: 'a', outcome: 'failed' }])['a']).toEqual({ ...known.a, outcome: 'failed' })
    // How long it takes nobody knows then, which is not the same as no time at all.
    expect(remember({}, [{ id: 'a', outcome: 'passed' }])).toEqual({ a: { outcome: 'passed', age: 0 } })
    expect(remember({}, [{ id: 'a', ms: 5, outcome: 'cancelled' }])['a']).not.toHaveProperty('ms')
    expect(remember(known, [{ id: 'b', ms: 0, outcome: 'skipped' }])).toEqual({
      a: { ms: 1000, outcome: 'passed', age: 1 },
    })
  })

  test('a scenario that is gone is forgotten', () => {
    const old = { a: { ms: 1, outcome: 'passed', age: 50 } } as const
    expect(remember(old, [])).toEqual({})
  })

  test('survives its file, and a broken file is as good as none', () => {
    const history = remember({}, [
      { id: 'a', ms: 7, outcome: 'passed' },
      { id: 'b', outcome: 'passed' },
    ])
    expect(parseHistory(historyText(history))).toEqual(history)
    for (const text of ['', '{', '[]', '{"version":2,"scenarios":{}}', '{"version":1,"scenarios":{"a":1}}'])
      expect(parseHistory(text)).toEqual({})
  })
})

test('what a file sits out and repeats is its estimate', () => {
  const settings = { times: { window: 2000, maxWindow: 12_000 }, counts: { threshold: 30, burst: 5 } }
  const step = (verb: string, input: Json) =>
    ({ path: '', verb, input, span: { file: '', line: 1, col: 1, start: 0, end: 0 } }) as const
  const vars = [
    { name: 'gap', value: '${gateway.window / 4}' },
    { name: 'most', value: '${gateway.threshold + gateway.burst}' },
    { name: 'alerts', value: 50 },
  ]
  const estimate = (...steps: Scenario['steps']) => estimateMs({ steps, vars }, settings)
  expect(estimate()).toBe(200)
  expect(estimate(step('wait', '3s'))).toBe(3200)
  expect(estimate(step('never', { for: '${gateway.window / 2}' }))).toBe(1200)
  expect(estimate(step('expect', { within: "${gateway.window * 2 + duration('2s')}" }))).toBe(4200)
  expect(estimate(step('expect', { within: '10s' }))).toBe(200)
  expect(estimate(step('wait', "${duration(refused.last.headers['retry-after'] + 's')}"))).toBe(2200)
  expect(estimate(step('send', { times: 3 }))).toBe(500)
  expect(estimate(step('send', { times: '${vars.alerts}' }))).toBe(5200)
  expect(estimate(step('send', { times: '${vars.most - 1}' }))).toBe(3700)
  expect(estimate(step('send', { times: '${size(found)}' }))).toBe(1200)
  const turns = { times: 4, every: '${vars.gap}', steps: [{ wait: '1s' }] }
  expect(estimate(step('repeat', turns))).toBe(200 + 4 * (500 + 1000 + 100))
})

describe('order', () => {
  const ms: Readonly<Record<string, number>> = { a: 1, b: 5, c: 3, d: 4 }
  const some = ['a', 'b', 'c', 'd'].map((id) => scenario({ id }))
  const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id).join('')
  const expectedMs = ({ id }: { readonly id: string }) => ms[id] ?? 0

  test('is the longest first', () => {
    expect(ids(inOrder(some, { expectedMs }))).toBe('bdca')
  })

  test('what queues for one lock counts as long as its queue', () => {
    const locked = some.map((one) => (one.id === 'b' ? one : { ...one, locks: ['l'] }))
    expect(ids(inOrder(locked, { expectedMs }))).toBe('dbca')
  })

  test('what queues for gateways of its own counts as long as they need for all of it together', () => {
    const alone = some.map((one) => (one.id === 'b' ? one : { ...one, exclusive: true }))
    const orderFor = (exclusive: number, resetMs = 0) =>
      ids(inOrder(alone, { expectedMs, exclusive, resetMs }))
    expect(orderFor(1)).toBe('dbca')
    expect(orderFor(2)).toBe('bdca')
    expect(orderFor(2, 2)).toBe('dbca')
  })

  test('those that failed begin where that is wished, beside the one that decides how long the run takes', () => {
    const plain = ids(inOrder(some, { expectedMs }))
    expect(plain).toBe('bdca')
    expect(ids(inOrder(some, { expectedMs, hasFailed: ({ id }) => id === 'a' || id === 'c' }))).toBe('bcad')
    expect(ids(inOrder(some, { expectedMs, hasFailed: ({ id }) => id === 'd' }))).toBe(plain)
    expect(inOrder([], { expectedMs, hasFailed: () => true })).toEqual([])
  })

  test('a shuffle is decided by its seed and loses nothing', () => {
    const many = Array.from({ length: 30 }, (_, index) => scenario({ id: `s${index}` }))
    const shuffled = (shuffleSeed: string) => ids(inOrder(many, { expectedMs, shuffleSeed }))
    expect(shuffled('x')).toBe(shuffled('x'))
    expect(shuffled('x')).not.toBe(shuffled('y'))
    expect(
      inOrder(many, { expectedMs, shuffleSeed: 'x' }).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    ).toEqual(many.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
  })
})

describe('shards', () => {
  const items = [9, 7, 6, 5, 4, 3, 2].map((ms, index) => ({ id: `s${index}`, ms }))
  const part = (index: number) => shardOf(items, { index, count: 3 }, ({ ms }) => ms)

  test('hold every scenario exactly once, and are even', () => {
    const parts = [part(1), part(2), part(3)]
    expect(
      parts
        .flat()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(items.map(({ id }) => id))
    expect(parts.map((one) => one.reduce((sum, { ms }) => sum + ms, 0))).toEqual([12, 13, 11])
  })

  test('of any suite are a partition, and none has more to do than another by more than one scenario', () => {
    const suites = fc.array(fc.integer({ min: 1, max: 60_000 }), { maxLength: 40 })
    fc.assert(
      fc.property(suites, fc.integer({ min: 1, max: 9 }), (times, count) => {
        const suite = times.map((ms, index) => ({ id: `s${index}`, ms }))
        const parts = Array.from({ length: count }, (_, index) =>
          shardOf(suite, { index: index + 1, count }, ({ ms }) => ms),
        )
        const all = parts.flat().map(({ id }) => id)
        expect(all.toSorted()).toEqual(suite.map(({ id }) => id).toSorted())
        const loads = parts.map((one) => one.reduce((sum, { ms }) => sum + ms, 0))
        expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(Math.max(0, ...times))
      }),
    )
  })

  test.each(['0/3', '4/3', '1', '1/0', 'a/b'])('%s is refused', (text) => {
    expect(() => parseShard(text)).toThrow('expected')
  })

  test('2/3 is the second of three', () => expect(parseShard('2/3')).toEqual({ index: 2, count: 3 }))
})

test('last failed is what did not end well, and what never ran', () => {
  const entry = (outcome: 'passed' | 'failed') => ({ ms: 1, outcome, age: 0 })
  const help = { cwd: '/w', history: { a: entry('passed'), b: entry('failed') }, expectedMs: () => 1 }
  const some = ['a', 'b', 'c'].map((id) => scenario({ id }))
  expect(select(some, { lastFailed: true }, help).map(({ id }) => id)).toEqual(['b', 'c'])
})

test('changed is what has its file or a template of it among the changed ones', () => {
  const help = { cwd: '/w', history: {}, expectedMs: () => 1 }
  const template = { file: 't.yaml', inputs: {}, outputs: {}, steps: [], spans: {}, uses: {} }
  const some = [
    scenario({ id: 'a', file: 'a.yaml' }),
    scenario({ id: 'b', file: 'b.yaml', templates: { 't.yaml': template } }),
    scenario({ id: 'c', file: 'c.yaml' }),
  ]
  const changed = new Set(['/w/a.yaml', '/w/t.yaml'])
  expect(select(some, { changed }, help).map(({ id }) => id)).toEqual(['a', 'b'])
})

describe('the floor', () => {
  const ran = (more: Parameters<typeof scenario>[0], ms: number) => ({ scenario: scenario(more), ms })

  test.each([
    [[ran({ id: 'a' }, 9), ran({ id: 'b' }, 1)], 4, 9, 'longest scenario a'],
    [[ran({ id: 'a' }, 9), ran({ id: 'b' }, 9)], 1, 18, '2 scenarios on 1 lanes'],
    [
      [ran({ id: 'a', locks: ['l'] }, 9), ran({ id: 'b', locks: ['l'] }, 8), ran({ id: 'c' }, 3)],
      4,
      17,
      'lock l',
    ],
    [
      [1, 2, 3].map((id) => ran({ id: `${id}`, exclusive: true, profile: 'dedup' }, 6)),
      9,
      12,
      '2 exclusive gateways of dedup',
    ],
    [
      [
        ran({ id: 'a', serial: true }, 5),
        ran({ id: 'b', serial: true }, 4),
        ran({ id: 'c' }, 8),
        ran({ id: 'd', profile: 'dedup' }, 9),
        ran({ id: 'e', profile: 'storm', exclusive: true }, 3),
      ],
      4,
      17,
      '2 serial scenarios of storm',
    ],
  ] as const)('of %j on %i lanes is %i', (list, lanes, ms, bound) => {
    expect(floorOf({ ran: list, lanes, exclusive: { dedup: 2 } })).toEqual({ ms, bound })
  })
})
