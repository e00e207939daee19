import { StormBursts } from '../engine/embedded/gateway/testing/storm-bursts.ts'

const SETTINGS = [
  { count: 15, faults: [], expected: 'none wrong' },
  { count: 200, faults: [], expected: 'none wrong' },
  { count: 15, faults: ['handover-races'], expected: 'some wrong' },
  { count: 200, faults: ['handover-races'], expected: 'some wrong' },
] as const

/** So that a long soak does not carry the scrapes and logs of its beginning. */
const BURSTS_PER_GATEWAY = 50

/** The whole of what `storm-concurrency.test.ts` samples: `npm run soak -- concurrency [repetitions]`. */
export async function soakConcurrency([times = '1000']: readonly string[]): Promise<boolean> {
  const repetitions = Number(times)
  let isWell = true
  for (const { count, faults, expected } of SETTINGS) {
    const wrong = await soak({ count, faults, repetitions })
    const asExpected = wrong.length > 0 === (expected === 'some wrong')
    const title = `${count} alerts at once${faults.length === 0 ? '' : ` with ${faults.join()}`}`
    const few = wrong.slice(0, 3).map((text) => `; ${text}`)
    process.stdout.write(
      `${asExpected ? 'ok ' : 'BAD'} ${title}: ${wrong.length} of ${repetitions} bursts wrong${few.join('')}\n`,
    )
    isWell &&= asExpected
  }
  return isWell
}

interface Soak {
  readonly count: number
  readonly faults: readonly string[]
  readonly repetitions: number
}

async function soak({ count, faults, repetitions }: Soak): Promise<string[]> {
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
