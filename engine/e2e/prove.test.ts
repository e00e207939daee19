import { expect, test } from 'vitest'
import type { Proof } from '../commands/prove/proof.ts'
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

test(
  'prove tries all faults until each is noticed and each scenario has noticed one, or all with --matrix',
  async () => {
    await using place = openPlace(process.env['PATH'])
    const suite = ['scenarios/metrics/in-flight.yaml', 'scenarios/metrics/text-format.yaml']
    const some = await gwscen(place, 'prove', ...suite)
    const all = await gwscen(place, 'prove', ...suite, '--matrix', '--json')
    const { trials, faults, unmoved } = JSON.parse(all.stdout) as Proof
    const noticed = faults.filter(({ noticedBy }) => noticedBy.length > 0).length
    expect(trials?.made).toBe(trials?.of)
    expect(unmoved).toEqual([])
    expect(some.stdout).toContain(`${noticed} of ${faults.length} faults noticed`)
    const [, made = '', of = ''] =
      /(\d+) of (\d+) trials told that; --matrix makes them all/.exec(some.stdout) ?? []
    expect(Number(of)).toBe(trials?.of)
    expect(Number(made)).toBeLessThan(Number(of))
    expect([some.code, all.code]).toEqual([1, 1])
  },
  HANG_MS,
)

test('prove knows its faults', async () => {
  await using place = openPlace(process.env['PATH'])
  const { code, stderr } = await gwscen(place, 'prove', '--fault', 'metrics-as-jason')
  expect(stderr).toContain('did you mean metrics-as-json?')
  expect(code).toBe(2)
})
