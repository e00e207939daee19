import { afterEach, expect, test } from 'vitest'
import { valueAt } from '../../base/json.ts'
import { Workbench, type WorkbenchOptions } from './testing/workbench.ts'
import { stormy } from './testing/workbench-config.ts'

let bench: Workbench

async function open(options: WorkbenchOptions = {}): Promise<Workbench> {
  bench = await Workbench.open({ storm: stormy, ...options })
  return bench
}

afterEach(() => bench.close())

const listed = (): unknown[] =>
  bench.kube.objects.map((object) => valueAt(object, ['spec', 'affectedResources']))
const MEMBERS = ['team-a:Pod:p-1', 'team-a:Pod:p-2']

async function window(): Promise<void> {
  await bench.alert({ pod: 'p-1' })
  await bench.alert({ pod: 'p-2' })
}

/** Kills the gateway at its `time`-th creation, before or after the object is there. */
function killAtCreation(when: 'before' | 'after', time = 1): void {
  let left = time
  const strike = (): void => {
    left -= 1
    if (left === 0) bench.kill()
  }
  bench.kube.before = (call) => {
    if (call === 'create' && when === 'before') strike()
    return left === 0 && when === 'before' ? Promise.reject(new Error('killed')) : Promise.resolve()
  }
  bench.kube.afterCreate = () => {
    if (when === 'after') strike()
    return Promise.resolve()
  }
}

async function another(): Promise<void> {
  bench.kube.before = () => Promise.resolve()
  bench.kube.afterCreate = () => Promise.resolve()
  await bench.second()
}

test('a window whose gateway was killed before its object was made gets it from the next one', async () => {
  await open()
  await window()
  killAtCreation('before')
  await bench.pass(5000)
  expect(listed()).toEqual([])
  await another()
  await bench.pass(10_000)
  expect(listed()).toEqual([MEMBERS])
  expect(await bench.keys('alert:storm:deadlines')).toEqual([])
})

test('also when the next one starts much later', async () => {
  await open()
  await window()
  killAtCreation('before')
  await bench.pass(5000)
  await bench.pass(300_000)
  await another()
  await bench.pass(0)
  expect(listed()).toEqual([MEMBERS])
})

test('a window whose gateway was killed after its object was made gets no second one', async () => {
  await open()
  await window()
  killAtCreation('after')
  await bench.pass(5000)
  expect(listed()).toEqual([MEMBERS])
  const [{ metadata } = { metadata: { name: '' } }] = bench.kube.objects
  bench.kube.setPhase({ namespace: 'team-a', name: metadata.name }, 'Processing')
  await another()
  await bench.pass(10_000)
  expect(listed()).toEqual([MEMBERS])
  expect(await bench.keys('alert:storm:deadlines')).toEqual([])
})

test('of a buffer, those alerts get objects that have none yet', async () => {
  await open({ storm: { ...stormy, buffer_threshold: 5 } })
  for (const pod of ['p-1', 'p-2', 'p-3']) await bench.alert({ pod })
  killAtCreation('before', 2)
  await bench.pass(10_000)
  expect(bench.kube.objects).toHaveLength(1)
  await another()
  await bench.pass(10_000)
  const counts = bench.kube.objects.map((object) =>
    valueAt(object, ['spec', 'deduplication', 'occurrenceCount']),
  )
  expect(counts).toEqual([1, 1, 1])
  expect(await bench.keys('alert:storm:deadlines')).toEqual([])
  expect(await bench.keys('alert:flushing:*')).toEqual([])
})

test('an alert that comes while a claim is abandoned begins a buffer of its own', async () => {
  await open()
  await window()
  killAtCreation('before')
  await bench.pass(5000)
  await another()
  expect((await bench.alert({ pod: 'p-3' })).json).not.toHaveProperty('isStorm')
  await bench.pass(10_000)
  expect(listed()).toEqual(expect.arrayContaining([MEMBERS, undefined]))
})

test('with window-orphaned a killed gateway takes its windows along', async () => {
  await open({ faults: ['window-orphaned'] })
  await window()
  killAtCreation('before')
  await bench.pass(5000)
  await another()
  await bench.pass(60_000)
  expect(listed()).toEqual([])
})

test('a gateway that starts while Redis is away takes over as soon as it is back', async () => {
  await open()
  await window()
  bench.kill()
  bench.beforeRedis = () => Promise.reject(new Error('connection refused'))
  await bench.second()
  await bench.pass(20_000)
  expect(listed()).toEqual([])
  bench.beforeRedis = () => Promise.resolve()
  await bench.pass(1000)
  expect(listed()).toEqual([MEMBERS])
})
