import { afterEach, expect, test } from 'vitest'
import { valueAt } from '../../base/json.ts'
import { StormBursts, type Wrong } from './testing/storm-bursts.ts'
import { Workbench } from './testing/workbench.ts'

const open: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

async function bursts(faults: readonly string[] = []): Promise<StormBursts> {
  const opened = await StormBursts.open(faults)
  open.push(opened)
  return opened
}

async function wrongOf(repetitions: number, burst: (seed: number) => Promise<Wrong>): Promise<string[]> {
  const wrong: string[] = []
  for (let seed = 1; seed <= repetitions; seed += 1) {
    const found = await burst(seed)
    if (found !== undefined) wrong.push(found)
  }
  return wrong
}

/** A gateway whose handover races is found out within the first few dozen; `GWSCEN_BURSTS=1000` looks longer. */
const BURSTS = Number(process.env['GWSCEN_BURSTS'] ?? 200)

test('every time, fifteen simultaneous first alerts are one object with all of them', async () => {
  const storms = await bursts()
  expect(await wrongOf(BURSTS, (seed) => storms.burst(15, seed))).toEqual([])
  expect(storms.answers).toEqual({ buffered: BURSTS, started: BURSTS, added: 13 * BURSTS })
}, 300_000)

test('every time, two hundred are', async () => {
  const storms = await bursts()
  expect(await wrongOf(Math.ceil(BURSTS / 50), (seed) => storms.burst(200, seed))).toEqual([])
}, 300_000)

test('with handover-races some bursts lose alerts or make two objects', async () => {
  const storms = await bursts(['handover-races'])
  expect(await firstWrong((seed) => storms.burst(15, seed))).toMatch(/members$|2 objects$/)
}, 120_000)

async function firstWrong(burst: (seed: number) => Promise<Wrong>): Promise<Wrong> {
  for (let seed = 1; seed <= BURSTS; seed += 1) {
    const wrong = await burst(seed)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

test('ten simultaneous equal alerts make one object that counts ten, however slow creations are', async () => {
  const bench = await Workbench.open()
  open.push(bench)
  bench.kube.before = (call) => (call === 'create' ? bench.clock.sleep(1500) : Promise.resolve())
  const answers = await bench.until(Promise.all(Array.from({ length: 10 }, () => bench.alert())))
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 202)])
  expect(bench.kube.objects).toHaveLength(1)
  expect(valueAt(bench.kube.objects[0], ['spec', 'deduplication', 'occurrenceCount'])).toBe(10)
})
