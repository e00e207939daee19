import { afterEach, describe, expect, test } from 'vitest'
import { valueAt } from '../../base/json.ts'
import { KubeError } from './ports.ts'
import { Workbench, type WorkbenchOptions } from './testing/workbench.ts'

let bench: Workbench

async function open(options: WorkbenchOptions = {}): Promise<Workbench> {
  bench = await Workbench.open(options)
  return bench
}

afterEach(() => bench.close())

/** The first `times` creations fail. */
function failCreations(times: number, error: KubeError): void {
  let left = times
  bench.kube.before = (call) => {
    if (call !== 'create' || left === 0) return Promise.resolve()
    left -= 1
    return Promise.reject(error)
  }
}

const creations = (): number => bench.kube.calls.filter((call) => call === 'create').length

describe('which failures are worth another attempt', () => {
  test.each([
    [429, 'slow down', 3],
    [503, 'unavailable', 3],
    [504, 'gateway', 3],
    [0, 'connection refused', 3],
    [0, 'context deadline exceeded', 3],
    [500, 'storage timeout', 3],
    [500, 'boom', 1],
    [400, 'bad', 1],
    [403, 'forbidden', 1],
    [409, 'conflict', 1],
    [422, 'invalid timeout', 1],
    [0, 'EOF', 1],
  ])('%i %s: %i attempts', async (status, message, attempts) => {
    await open()
    failCreations(10, new KubeError(status, message))
    const answer = await bench.until(bench.alert())
    expect(answer.status).toBe(500)
    expect(answer.json?.['detail']).toContain(`Kubernetes API error: failed to create RemediationRequest CRD`)
    expect(creations()).toBe(attempts)
    expect(await bench.metric('gateway_crd_creation_errors_total{error_type="k8s_api_error"}')).toBe(1)
  })
})

test('a later attempt that succeeds is a success, and is counted', async () => {
  await open()
  failCreations(2, new KubeError(503, 'unavailable'))
  expect((await bench.until(bench.alert())).status).toBe(201)
  const labels = 'error_type="service_unavailable",status_code="503"'
  expect(await bench.metric(`gateway_retry_attempts_total{${labels}}`)).toBe(2)
  expect(await bench.metric('gateway_retry_success_total{attempt="3",error_type="success"}')).toBe(1)
  expect(bench.clock.now()).toBeGreaterThanOrEqual(300)
})

test('attempts used up are told in the answer and counted', async () => {
  await open()
  failCreations(3, new KubeError(429, 'slow down'))
  const { json } = await bench.until(bench.alert())
  expect(json?.['detail']).toContain('retry exhausted after 3/3 attempts, HTTP 429: slow down')
  const labels = 'error_type="rate_limited",status_code="429"'
  expect(await bench.metric(`gateway_retry_exhausted_total{${labels}}`)).toBe(1)
})

test('an object for a missing namespace is made in the fallback, marked with its origin', async () => {
  await open()
  const answer = await bench.alert({ namespace: 'nowhere' })
  expect(answer.json).toMatchObject({ remediationRequestNamespace: 'gateway' })
  expect(bench.kube.objects[0]?.metadata.labels).toMatchObject({
    'kubernaut.io/origin-namespace': 'nowhere',
    'kubernaut.io/cluster-scoped': 'true',
  })
})

test('a second object within one second has a name of its own', async () => {
  await open()
  for (let time = 0; time < 3; time += 1) {
    await bench.alert()
    for (const { metadata } of bench.kube.objects) {
      bench.kube.setPhase({ namespace: 'team-a', name: metadata.name }, 'Completed')
    }
  }
  const names = bench.kube.objects.map(({ metadata }) => metadata.name)
  expect(names.map((name) => name.replace(/^rr-\w{12}-\d{10}/, ''))).toEqual(['', '-2', '-3'])
})

test('environment, priority and path follow the namespace, its override and the policy', async () => {
  await open({
    namespaces: ['labelled', 'overridden', 'plain'],
    policy: (severity, environment) => (`${severity}/${environment}` === 'critical/production' ? 'P0' : 'P3'),
  })
  bench.kube.namespaces.set('labelled', { environment: 'production' })
  bench.kube.overrides = { overridden: 'staging', labelled: 'staging' }
  const seen = []
  for (const namespace of ['labelled', 'overridden', 'plain']) {
    const { json } = await bench.alert({ namespace })
    seen.push([json?.['environment'], json?.['priority'], json?.['remediationPath']])
  }
  expect(seen).toEqual([
    ['production', 'P0', 'aggressive'],
    ['staging', 'P3', 'manual'],
    ['unknown', 'P3', 'manual'],
  ])
})

test('an environment is remembered for as long as it is configured', async () => {
  await open()
  const environmentOf = async (pod: string): Promise<unknown> =>
    (await bench.alert({ pod })).json?.['environment']
  expect(await environmentOf('1')).toBe('unknown')
  bench.kube.namespaces.set('team-a', { environment: 'production' })
  await bench.pass(4999)
  expect(await environmentOf('2')).toBe('unknown')
  await bench.pass(1)
  expect(await environmentOf('3')).toBe('production')
})

test('a label is cut at 63 bytes, a broken character becomes one replacement character', async () => {
  await open()
  const team = `${'x'.repeat(62)}é and more`
  await bench.alert({ team })
  const object = bench.kube.objects[0]
  expect(valueAt(object, ['spec', 'signalLabels', 'team'])).toBe(`${'x'.repeat(62)}\ufffd`)
  const provider = Buffer.from(String(valueAt(object, ['spec', 'providerData'])), 'base64').toString()
  expect(valueAt(JSON.parse(provider), ['labels', 'team'])).toBe(team)
})
