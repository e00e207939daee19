import { expect, test } from 'vitest'
import { FakeRun, NAMESPACES, TYPE } from './testing/fake-run.ts'
import { sweep } from './sweep.ts'

const WALL = Date.UTC(2025, 10, 24, 12, 0, 0)

const labels = { alertname: 'HighCpu', severity: 'critical', namespace: 'app-1', pod: 'api-1' }
const request = {
  path: '/api/v1/signals/prometheus',
  headers: { 'x-forwarded-for': '10.1.2.3' },
  body: JSON.stringify({ status: 'firing', alerts: [{ status: 'firing', labels }] }),
}
/** Sent, and its thread was lost before the reply. */
const unanswered = { request, status: 0, body: null, wall: WALL }

function object(namespace: string, name: string, signalName = 'HighCpu') {
  const spec = { signalName, affectedResources: [`app-1:Pod:api-1`] }
  return { apiVersion: 'v1', kind: TYPE.kind, metadata: { name, namespace }, spec }
}

function placed(): FakeRun {
  const run = new FakeRun()
  run.cluster.put(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'app-1' } })
  for (const namespace of ['app-1', 'other', 'gwscen-storm'])
    run.cluster.put(TYPE, object(namespace, `in-${namespace}`))
  run.redis.set('alert:buffer:app-1:HighCpu', 'list', ['x'])
  run.redis.set('alert:buffer:other:HighCpu', 'list', ['x'])
  run.redis.set('ratelimit:10.1.2.3', 'zset', ['x'])
  return run
}

async function sweepOf(run: FakeRun, signals: readonly (typeof unanswered)[] = [unanswered]) {
  const order = { id: 1, deployment: 'storm', namespaces: ['app-1'], signals }
  const swept = sweep(order, run.services, new AbortController().signal)
  await run.clock.advance(120_000)
  return swept
}

test('what the gateway may still make of a signal without a reply is waited for', async () => {
  const run = placed()
  run.clock.after(1500, () => run.cluster.put(TYPE, object('gwscen-storm', 'late')))
  expect(await sweepOf(run)).toEqual([])
  expect(run.cluster.names(NAMESPACES)).toEqual([])
  expect(run.cluster.names(TYPE).filter((name) => name !== 'in-app-1')).toEqual(['in-other'])
  expect(run.redis.names).toEqual(['alert:buffer:other:HighCpu'])
})

test('without any signal that is known its namespaces and what names them still go', async () => {
  const run = placed()
  expect(await sweepOf(run, [])).toEqual([])
  expect(run.cluster.names(NAMESPACES)).toEqual([])
  expect(run.cluster.names(TYPE).filter((name) => name !== 'in-app-1')).toEqual(['in-other'])
  expect(run.redis.names).toEqual(['alert:buffer:other:HighCpu', 'ratelimit:10.1.2.3'])
})

test('keys that nobody can reach are left, with the command', async () => {
  const run = placed()
  run.open = () => Promise.reject(new Error('storm cannot be reached'))
  expect(await sweepOf(run)).toEqual([
    {
      what: 'Redis keys with app-1 in their names',
      reason: 'storm cannot be reached',
      command: "redis-cli --scan --pattern '*app-1*' | xargs -r redis-cli del",
    },
  ])
  expect(run.cluster.names(NAMESPACES)).toEqual([])
})
