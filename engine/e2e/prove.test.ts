import { expect, test } from 'vitest'
import { gwscen } from './testing/gwscen.ts'
import { openPlace } from './testing/place.ts'

const HANG_MS = 120_000

test(
  'prove tells a fault that a scenario notices from one that nobody does',
  async () => {
    await using place = openPlace(process.env['PATH'])
    const faults = ['--fault', 'metrics-as-json', '--fault', 'keys-leak']
    const { code, stdout } = await gwscen(place, 'prove', 'scenarios/metrics/text-format.yaml', ...faults)
    expect(stdout).toBe(
      [
        'metrics-as-json  metrics/text-format',
        'keys-leak        nobody',
        '',
        'nobody noticed:',
        '  keys-leak: The number of keys in Redis grows with each alert.',
        '',
        '1 of 2 faults noticed (50 %), by 1 of 1 scenarios',
        '',
      ].join('\n'),
    )
    expect(code).toBe(1)
  },
  HANG_MS,
)

test(
  'prove is content when every fault is noticed, and says so in JSON',
  async () => {
    await using place = openPlace(process.env['PATH'])
    const args = ['scenarios/metrics/text-format.yaml', '--fault', 'metrics-as-json', '--json']
    const { code, stdout } = await gwscen(place, 'prove', ...args)
    expect(JSON.parse(stdout)).toMatchObject({
      faults: [{ fault: 'metrics-as-json', noticedBy: ['metrics/text-format'] }],
      unnoticed: [],
      unsound: [],
    })
    expect(code).toBe(0)
  },
  HANG_MS,
)

test('prove knows its faults', async () => {
  await using place = openPlace(process.env['PATH'])
  const { code, stderr } = await gwscen(place, 'prove', '--fault', 'metrics-as-jason')
  expect(stderr).toContain('did you mean metrics-as-json?')
  expect(code).toBe(2)
})
