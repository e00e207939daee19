import { afterEach, expect, test } from 'vitest'
import { KubeError } from './ports.ts'
import { Workbench, type WorkbenchOptions } from './testing/workbench.ts'
import { stormy } from './testing/workbench-config.ts'

let bench: Workbench

async function open(options: WorkbenchOptions = {}): Promise<Workbench> {
  bench = await Workbench.open(options)
  return bench
}

afterEach(() => bench.close())

const listsFail = (): void => {
  bench.kube.before = (call) =>
    call === 'list' ? Promise.reject(new KubeError(503, 'unavailable')) : Promise.resolve()
}

test('a Redis that hangs is a 503 within 3 s', async () => {
  await open()
  bench.beforeRedis = () => new Promise(() => undefined)
  const answer = await bench.until(bench.alert())
  expect(answer.status).toBe(503)
  expect(bench.clock.now()).toBeLessThanOrEqual(3000)
})

test('so it is for each of several equal alerts', async () => {
  await open()
  bench.beforeRedis = () => new Promise(() => undefined)
  const answers = await bench.until(Promise.all([bench.alert(), bench.alert(), bench.alert()]))
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503])
  expect(bench.clock.now()).toBeLessThanOrEqual(3000)
})

test('after an outage of Redis signals are taken again and its length is counted', async () => {
  await open()
  bench.beforeRedis = () => Promise.reject(new Error('connection refused'))
  expect((await bench.alert()).status).toBe(503)
  await bench.pass(10_000)
  expect(await bench.metric('gateway_redis_available')).toBe(0)
  bench.beforeRedis = () => Promise.resolve()
  await bench.pass(5000)
  expect((await bench.alert()).status).toBe(201)
  expect(await bench.metric('gateway_redis_available')).toBe(1)
  expect(await bench.metric('gateway_redis_outage_count_total')).toBe(1)
  expect(await bench.metric('gateway_redis_outage_duration_seconds_total')).toBe(10)
})

test('with redis-flag-sticky the first request of an outage creates, the next is refused', async () => {
  await open({ faults: ['redis-flag-sticky', 'dedup-lock-gap'] })
  await bench.alert({ pod: 'before' })
  bench.beforeRedis = () => Promise.reject(new Error('connection refused'))
  expect((await bench.alert({ pod: 'first' })).status).toBe(201)
  expect((await bench.alert({ pod: 'second' })).status).toBe(503)
})

test('while objects cannot be listed the hash decides', async () => {
  await open()
  await bench.alert()
  listsFail()
  const { status, json } = await bench.alert()
  expect(status).toBe(202)
  expect(json?.['metadata']).toMatchObject({ Count: 2, FirstSeen: '2025-11-24T12:00:00Z' })
  await bench.pass(6000)
  expect((await bench.alert()).status).toBe(201)
})

test('a conflict does not lose an occurrence, a missing object does no harm', async () => {
  await open()
  await bench.alert()
  let conflicts = 2
  bench.kube.before = (call) => {
    if (call !== 'update' || conflicts === 0) return Promise.resolve()
    conflicts -= 1
    return Promise.reject(new KubeError(409, 'the object has been modified'))
  }
  expect((await bench.until(bench.alert())).status).toBe(202)
  expect(bench.kube.objects[0]).toMatchObject({ spec: { deduplication: { occurrenceCount: 2 } } })
  bench.kube.before = (call) =>
    call === 'get' ? Promise.reject(new KubeError(404, 'not found')) : Promise.resolve()
  expect((await bench.alert()).status).toBe(202)
})

test('a storm that Redis cannot hold is an object of its own', async () => {
  await open({ storm: stormy })
  bench.beforeRedis = (name) => (name === 'SCAN' ? Promise.reject(new Error('reset')) : Promise.resolve())
  const { status, json } = await bench.alert()
  expect(status).toBe(201)
  expect(json).not.toHaveProperty('isStorm')
  expect(bench.kube.objects[0]).toMatchObject({ spec: { isStorm: true, stormAlertCount: 1 } })
  expect(bench.kube.objects[0]?.['spec']).not.toHaveProperty('affectedResources')
})

test('full buffers turn alerts into objects of their own', async () => {
  await open({ storm: stormy })
  const full = Array.from({ length: 1000 }, (_, index) => `x-${index}`)
  await bench.redis.command('RPUSH', 'alert:buffer:team-a:Other', ...full)
  expect((await bench.alert()).status).toBe(201)
  expect(await bench.metric('gateway_namespace_buffer_blocking_total{namespace="team-a"}')).toBe(1)
  expect((await bench.alert({ namespace: 'team-b' })).status).toBe(202)
})

test('an end that Redis did not witness is tried again', async () => {
  await open({ storm: stormy })
  await bench.alert({ pod: 'p-1' })
  await bench.alert({ pod: 'p-2' })
  bench.beforeRedis = () => Promise.reject(new Error('connection refused'))
  await bench.pass(5000)
  expect(bench.kube.objects).toHaveLength(0)
  bench.beforeRedis = () => Promise.resolve()
  await bench.pass(1000)
  expect(bench.kube.objects).toHaveLength(1)
})

test('a window whose object cannot be made is given up with a line and a count', async () => {
  await open({ storm: stormy })
  await bench.alert({ pod: 'p-1' })
  await bench.alert({ pod: 'p-2' })
  bench.kube.before = (call) =>
    call === 'create' ? Promise.reject(new KubeError(403, 'forbidden')) : Promise.resolve()
  await bench.pass(5000)
  expect(bench.log.map(({ msg }) => msg)).toContain('storm window without an object')
  expect(await bench.metric('gateway_crd_creation_errors_total{error_type="k8s_api_error"}')).toBe(1)
})
