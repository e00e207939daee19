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
  bench.kube.objects.map((object) => valueAt(object, ['spec', 'affectedResources']) ?? 'individual')

test('what fell due while no gateway ran is made up for by the next', async () => {
  await open()
  await bench.alert({ pod: 'p-1' })
  await bench.alert({ pod: 'p-2' })
  await bench.alert({ alertname: 'Lone' })
  await bench.gateway.close({ graceMs: 0 })
  await bench.pass(60_000)
  expect(bench.kube.objects).toHaveLength(0)
  await bench.restart()
  await bench.pass(0)
  expect(listed()).toEqual(expect.arrayContaining([['team-a:Pod:p-1', 'team-a:Pod:p-2'], 'individual']))
  expect(bench.kube.objects).toHaveLength(2)
  expect(await bench.keys('alert:storm:deadlines')).toEqual([])
})

test('a gateway that closes waits for what falls due within its grace', async () => {
  await open()
  await bench.alert({ pod: 'p-1' })
  await bench.alert({ pod: 'p-2' })
  await bench.alert({ alertname: 'Lone' })
  await bench.until(bench.gateway.close({ graceMs: 6000 }))
  expect(bench.clock.now()).toBeLessThanOrEqual(6500)
  expect(listed()).toEqual([['team-a:Pod:p-1', 'team-a:Pod:p-2']])
  expect(await bench.keys('alert:storm:deadlines')).toEqual(['alert:storm:deadlines'])
})

test('a gateway that closes with nothing due waits for nothing and leaves no timer behind', async () => {
  await open()
  await bench.alert()
  await bench.gateway.close({ graceMs: 6000 })
  expect(bench.clock.now()).toBe(0)
  expect(bench.clock.pending).toBe(0)
})

test('while it drains a gateway is not ready and serves all else', async () => {
  await open()
  const closed = bench.gateway.close({ graceMs: 1000, drainMs: 5000 })
  const { status, json } = await bench.send('/ready', { method: 'GET' })
  expect(status).toBe(503)
  expect(json?.['detail']).toContain('shutting down')
  expect((await bench.alert()).status).toBe(202)
  await bench.until(closed)
})

test('a request under way is answered before the gateway closes', async () => {
  await open({ storm: { rate_threshold: 100, pattern_threshold: 100 } })
  bench.kube.before = (call) => (call === 'create' ? bench.clock.sleep(500) : Promise.resolve())
  const answer = bench.alert()
  await bench.pass(10)
  await bench.until(bench.gateway.close({ graceMs: 5000 }))
  expect((await answer).status).toBe(201)
})

test('an alert that was buffered twice is one object that counts two', async () => {
  await open({ storm: { ...stormy, buffer_threshold: 5 } })
  await bench.alert()
  await bench.alert()
  await bench.pass(10_000)
  expect(bench.kube.objects).toHaveLength(1)
  expect(bench.kube.objects[0]).toMatchObject({ spec: { deduplication: { occurrenceCount: 2 } } })
})

test('a push puts off the end of the buffer', async () => {
  await open({ storm: { ...stormy, buffer_threshold: 5 } })
  await bench.alert({ pod: 'p-1' })
  await bench.pass(6000)
  await bench.alert({ pod: 'p-2' })
  await bench.pass(9999)
  expect(bench.kube.objects).toHaveLength(0)
  await bench.pass(1)
  expect(listed()).toEqual(['individual', 'individual'])
})

test('the keys of a window are re-armed with each join and bounded by the maximum', async () => {
  await open({ storm: { ...stormy, max_window_duration: '8s' } })
  const ttl = async (pattern: string): Promise<number> => {
    const [key = ''] = await bench.keys(pattern)
    return Number(await bench.redis.command('PTTL', key))
  }
  await bench.alert({ pod: 'p-1' })
  const { json } = await bench.alert({ pod: 'p-2' })
  expect(json?.['windowID']).toBe('PodCrashLooping-1763985600000')
  await bench.pass(4000)
  await bench.alert({ pod: 'p-3' })
  expect(await ttl('alert:storm:aggregate:*')).toBe(4000)
  expect(await ttl('alert:storm:metadata:*')).toBe(10_000)
  expect(await ttl('alert:storm:resources:*')).toBe(10_000)
  await bench.pass(4000)
  expect(listed()).toHaveLength(1)
})

test('two gateways on one Redis make one object of a window', async () => {
  await open()
  const first = bench.gateway
  await bench.alert({ pod: 'p-1' })
  await bench.alert({ pod: 'p-2' })
  await bench.second()
  await bench.pass(4000)
  await bench.alert({ pod: 'p-3' })
  await bench.pass(5000)
  expect(listed()).toEqual([['team-a:Pod:p-1', 'team-a:Pod:p-2', 'team-a:Pod:p-3']])
  await first.close({ graceMs: 0 })
})

test('windows that open in one millisecond have ids of their own', async () => {
  await open({ namespaces: ['team-a', 'team-b'] })
  const ids = []
  for (const namespace of ['team-a', 'team-b']) {
    await bench.alert({ namespace, pod: 'p-1' })
    ids.push((await bench.alert({ namespace, pod: 'p-2' })).json?.['windowID'])
  }
  expect(ids).toEqual(['PodCrashLooping-1763985600000', 'PodCrashLooping-1763985600000-2'])
  await bench.pass(5000)
  expect(bench.kube.objects).toHaveLength(2)
})

test('a buffer whose list has expired early loses nobody', async () => {
  await open()
  await bench.alert({ pod: 'p-1' })
  await bench.redis.command('DEL', 'alert:buffer:team-a:PodCrashLooping')
  await bench.alert({ pod: 'p-2' })
  await bench.alert({ pod: 'p-3' })
  await bench.pass(5000)
  expect(listed()).toEqual([['team-a:Pod:p-2', 'team-a:Pod:p-3', 'team-a:Pod:p-1']])
})

test('a buffer whose list expires late counts nobody twice', async () => {
  await open()
  await bench.alert({ pod: 'p-1' })
  await bench.redis.command('PERSIST', 'alert:buffer:team-a:PodCrashLooping')
  await bench.pass(10_000)
  expect((await bench.alert({ pod: 'p-2' })).json).not.toHaveProperty('isStorm')
  expect(listed()).toEqual(['individual'])
})
