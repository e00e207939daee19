import { afterEach, expect, test } from 'vitest'
import { Workbench, type WorkbenchOptions } from './testing/workbench.ts'
import { calm, stormy } from './testing/workbench-config.ts'

let bench: Workbench

async function open(options: WorkbenchOptions = {}): Promise<Workbench> {
  bench = await Workbench.open(options)
  return bench
}

afterEach(() => bench.close())

const DURATION =
  'gateway_http_request_duration_seconds_count{endpoint="/api/v1/signals/prometheus",method="POST"'

test('a first alert makes an object, its repeat is a duplicate', async () => {
  await open({ storm: calm })
  const first = await bench.alert()
  expect(first.status).toBe(201)
  expect(first.json).toMatchObject({
    status: 'created',
    duplicate: false,
    remediationRequestNamespace: 'team-a',
  })
  const second = await bench.alert()
  expect(second.status).toBe(202)
  expect(second.json).toMatchObject({ status: 'duplicate', metadata: { Count: 2 } })
  expect(bench.kube.objects).toHaveLength(1)
  expect(bench.kube.objects[0]).toMatchObject({ spec: { deduplication: { occurrenceCount: 2 } } })
})

test('a storm is buffered, then windowed, and becomes one object with all resources', async () => {
  await open({ storm: stormy })
  expect((await bench.alert({ pod: 'p-1' })).json).toMatchObject({ status: 'accepted' })
  expect((await bench.alert({ pod: 'p-2' })).json).toMatchObject({ isStorm: true, stormType: 'rate' })
  await bench.pass(4000)
  expect((await bench.alert({ pod: 'p-3' })).json).toMatchObject({ isStorm: true })
  await bench.pass(4999)
  expect(bench.kube.objects).toHaveLength(0)
  await bench.pass(1)
  expect(bench.kube.objects).toHaveLength(1)
  expect(bench.kube.objects[0]).toMatchObject({
    spec: {
      stormAlertCount: 3,
      affectedResources: ['team-a:Pod:p-1', 'team-a:Pod:p-2', 'team-a:Pod:p-3'],
      signalLabels: { pod: 'p-1' },
      signalAnnotations: { summary: 's' },
    },
  })
  expect(await bench.keys('alert:storm:aggregate:*')).toEqual([])
})

test('a lone alert gets an object of its own when its buffer expires', async () => {
  await open({ storm: stormy })
  await bench.alert()
  await bench.pass(9999)
  expect(bench.kube.objects).toHaveLength(0)
  await bench.pass(1)
  expect(bench.kube.objects).toHaveLength(1)
  expect(await bench.metric('gateway_storm_buffer_expired_total')).toBe(1)
  expect(await bench.keys('alert:buffer*')).toEqual([])
})

test('an accepted alert and a refused body raise their series of the duration histogram by one', async () => {
  await open({ storm: stormy })
  await bench.alert()
  expect(await bench.metric(`${DURATION},status="202"}`)).toBe(1)
  const refused = await bench.send('/api/v1/signals/prometheus', { body: 'invalid json' })
  expect(refused.status).toBe(400)
  expect(await bench.metric(`${DURATION},status="400"}`)).toBe(1)
  expect(await bench.metric('gateway_http_requests_in_flight')).toBe(1)
})
