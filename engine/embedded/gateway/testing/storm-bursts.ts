import { valueAt } from '../../../base/json.ts'
import { randomFrom, shuffle, type Random } from '../../../base/random.ts'
import { Workbench } from './workbench.ts'
import { stormy } from './workbench-config.ts'

/** What is wrong with the objects of a burst; undefined when all is as it should be. */
export type Wrong = string | undefined

/** Bursts of first alerts of one storm each, one after the other, on one gateway. */
export class StormBursts {
  readonly #bench: Workbench
  readonly #answers = new Map<string, number>()

  private constructor(bench: Workbench) {
    this.#bench = bench
  }

  static async open(faults: readonly string[] = []): Promise<StormBursts> {
    return new StormBursts(await Workbench.open({ storm: stormy, faults }))
  }

  close(): Promise<void> {
    return this.#bench.close()
  }

  /** How many alerts were answered `buffered`, `started` and `joined`: a mixture, or the interleavings are none. */
  get answers(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#answers)
  }

  /** `count` simultaneous alerts for as many pods; the seed decides when in a second they come, and the order of Redis commands. */
  async burst(count: number, seed: number): Promise<Wrong> {
    const bench = this.#bench
    bench.kube.clear()
    await bench.redis.command('FLUSHDB')
    const random = randomFrom('interleaving', seed)
    await bench.pass(random.below(1000))
    bench.beforeRedis = () => someTurns(random, 2 * count)
    const pods = shuffle(
      Array.from({ length: count }, (_, index) => `p-${index}`),
      random,
    )
    const answers = await bench.until(
      Promise.all(pods.map((pod) => bench.alert({ alertname: `Burst-${seed}`, pod }))),
    )
    for (const { status, json } of answers) {
      if (status !== 202) return `seed ${seed}: an alert was answered ${status}`
      this.#note(String(json?.['message']))
    }
    bench.beforeRedis = () => Promise.resolve()
    await bench.pass(5000)
    await bench.pass(10_000)
    return wrongWith(bench, count, seed)
  }

  #note(message: string): void {
    const kind = ['buffered', 'started', 'added'].find((word) => message.includes(word)) ?? message
    this.#answers.set(kind, (this.#answers.get(kind) ?? 0) + 1)
  }
}

/** Holds a command back for a random while, now and then for so long that whole requests overtake it. */
async function someTurns(random: Random, most: number): Promise<void> {
  const turns = random.below(random.below(8) === 0 ? most : 4)
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

function wrongWith({ kube }: Workbench, count: number, seed: number): Wrong {
  const lists = kube.objects.map((object) => valueAt(object, ['spec', 'affectedResources']))
  const [list] = lists
  if (lists.length !== 1) return `seed ${seed}: ${lists.length} objects`
  const members = Array.isArray(list) ? new Set(list).size : 0
  return members === count ? undefined : `seed ${seed}: ${members} of ${count} members`
}
