// The whole of what `storm-concurrency.test.ts` samples: `npx tsx bench/soak-concurrency.ts [repetitions]`.
import { StormBursts } from '../engine/embedded/gateway/testing/storm-bursts.ts'

const repetitions = Number(process.argv[2] ?? 1000)
const SETTINGS = [
  { count: 15, faults: [], expected: 'none wrong' },
  { count: 200, faults: [], expected: 'none wrong' },
  { count: 15, faults: ['handover-races'], expected: 'some wrong' },
  { count: 200, faults: ['handover-races'], expected: 'some wrong' },
] as const

/** So that a long soak does not carry the scrapes and logs of its beginning. */
const BURSTS_PER_GATEWAY = 50

for (const { count, faults, expected } of SETTINGS) {
  const wrong = await soak(count, faults)
  const asExpected = wrong.length > 0 === (expected === 'some wrong')
  const title = `${count} alerts at once${faults.length === 0 ? '' : ` with ${faults.join()}`}`
  process.stdout.write(
    `${asExpected ? 'ok ' : 'BAD'} ${title}: ${wrong.length} of ${repetitions} bursts wrong${wrong
      .slice(0, 3)
      .map((text) => `; ${text}`)
      .join('')}\n`,
  )
  if (!asExpected) process.exitCode = 1
}

async function soak(count: number, faults: readonly string[]): Promise<string[]> {
  const wrong: string[] = []
  for (let seed = 1; seed <= repetitions;) {
    const storms = await StormBursts.open(faults)
    const last = Math.min(repetitions, seed + BURSTS_PER_GATEWAY - 1)
    for (; seed <= last; seed += 1) {
      const found = await storms.burst(count, seed)
      if (found !== undefined) wrong.push(found)
    }
    await storms.close()
  }
  return wrong
}
