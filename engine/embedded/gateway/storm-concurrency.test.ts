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

test('a thousand times, fifteen simultaneous first alerts are one object with all of them', async () => {
  const storms = await bursts()
  expect(await wrongOf(1000, (seed) => storms.burst(15, seed))).toEqual([])
  expect(storms.answers).toEqual({ buffered: 1000, started: 1000, added: 13_000 })
}, 120_000)

test('twenty times, two hundred are', async () => {
  const storms = await bursts()
  expect(await wrongOf(20, (seed) => storms.burst(200, seed))).toEqual([])
}, 120_000)

test.each([15, 200])(
  'with handover-races some bursts of %i lose alerts or make two objects',
  async (count) => {
    const storms = await bursts(['handover-races'])
    expect(await firstWrong((seed) => storms.burst(count, seed))).toMatch(/members$|2 objects$/)
  },
  120_000,
)

async function firstWrong(burst: (seed: number) => Promise<Wrong>): Promise<Wrong> {
  for (let seed = 1; seed <= 1000; seed += 1) {
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
