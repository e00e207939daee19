import { afterEach, expect, test } from 'vitest'
import { valueAt } from '../../base/json.ts'
import { randomFrom } from '../../base/random.ts'
import { stormy, Workbench } from './testing/workbench.ts'

let bench: Workbench | undefined

afterEach(async () => {
  await bench?.close()
  bench = undefined
})

/** Sends alerts for `count` pods at once, some Redis commands held back by lot; the lists of resources of the objects. */
async function burst(count: number, seed: number, faults: readonly string[] = []): Promise<string[][]> {
  const opened = await Workbench.open({ storm: stormy, faults })
  bench = opened
  const random = randomFrom('interleaving', seed)
  opened.beforeRedis = async () => {
    const turns = random.below(8) === 0 ? 30 : random.below(4)
    for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  const pods = Array.from({ length: count }, (_, index) => `p-${index}`)
  const answers = await opened.until(Promise.all(pods.map((pod) => opened.alert({ pod }))))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
  await opened.pass(5000)
  await opened.pass(10_000)
  const lists = opened.kube.objects.map(
    (object) => valueAt(object, ['spec', 'affectedResources']) as string[],
  )
  await opened.close()
  bench = undefined
  return lists
}

function complete(lists: readonly string[][], count: number): boolean {
  return lists.length === 1 && new Set(lists[0]).size === count
}

const seeds = Array.from({ length: 40 }, (_, seed) => seed)

test('fifteen simultaneous alerts are one object with all of them, in any order of their commands', async () => {
  for (const seed of seeds) expect(complete(await burst(15, seed), 15), `seed ${seed}`).toBe(true)
})

test('two hundred simultaneous alerts are one object with all of them', async () => {
  for (const seed of [1, 2, 3, 4]) expect(complete(await burst(200, seed), 200), `seed ${seed}`).toBe(true)
})

test('with handover-races some alerts are lost or some burst has two objects', async () => {
  const outcomes: boolean[] = []
  for (const seed of seeds) {
    const count = 3 + (seed % 4)
    outcomes.push(complete(await burst(count, seed, ['handover-races']), count))
  }
  expect(outcomes).toContain(false)
})

test('ten simultaneous equal alerts make one object that counts ten, however slow creations are', async () => {
  const opened = await Workbench.open()
  bench = opened
  opened.kube.before = (call) => (call === 'create' ? opened.clock.sleep(1500) : Promise.resolve())
  const answers = await opened.until(Promise.all(Array.from({ length: 10 }, () => opened.alert())))
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 202)])
  expect(opened.kube.objects).toHaveLength(1)
  expect(valueAt(opened.kube.objects[0], ['spec', 'deduplication', 'occurrenceCount'])).toBe(10)
})
