import { expect, test } from 'vitest'
import { Cancelled } from '../base/failure.ts'
import { PODS } from '../cluster/resource-path.ts'
import type { KubeObject, ResourceType } from '../cluster/types.ts'
import { fails, FakeRun, scenario, step } from './testing/fake-run.ts'

const EVENTS: ResourceType = { group: '', version: 'v1', plural: 'events', kind: 'Event', namespaced: true }

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'gwscen-storm', name: 'gateway-0', labels: { app: 'gateway' } },
}

function event(namespace: string, name: string, more: Partial<KubeObject> = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace, name },
    type: 'Warning',
    reason: 'BackOff',
    message: 'back-off restarting',
    involvedObject: { kind: 'Pod', name: 'gateway-0' },
    count: 3,
    ...more,
  }
}

function failing(): FakeRun {
  const run = new FakeRun()
  run.cluster.put(PODS, pod)
  return run
}

test('of an attempt that failed the log of its gateway and the events of its namespaces are kept, before they are removed', async () => {
  const run = failing()
  const started = run.start(scenario({ steps: [fails] }))
  run.cluster.written['gateway-0'] = `line of ${run.namespace}\nline of somebody else\n`
  const stamp = new Date(run.clock.wall()).toISOString()
  run.cluster.put(EVENTS, event('gwscen-storm', 'late', { lastTimestamp: stamp }))
  run.cluster.put(EVENTS, event('gwscen-storm', 'long-ago', { lastTimestamp: '1999-01-01T00:00:00Z' }))
  run.cluster.put(EVENTS, event('elsewhere', 'other', { lastTimestamp: stamp }))
  await run.clock.advance(200_000)
  await started
  expect(run.of('diagnostics:collected')).toEqual([
    {
      type: 'diagnostics:collected',
      scenario: 'a',
      attempt: 1,
      gatewayLog: [`line of ${run.namespace}`],
      logLinesLeftOut: 0,
      kubernetes: [
        {
          kind: 'Warning',
          reason: 'BackOff',
          namespace: 'gwscen-storm',
          object: 'Pod/gateway-0',
          message: 'back-off restarting',
          count: 3,
          wall: Date.parse(stamp),
        },
      ],
      missing: [],
    },
  ])
  const { calls } = run.cluster
  const asked = calls.findIndex((call) => call.includes('log of gateway-0'))
  const removed = calls.findIndex((call) => call.startsWith('delete') && call.includes(run.namespace))
  expect(asked).toBeGreaterThan(0)
  expect(removed).toBeGreaterThan(asked)
})

test('the keys that replies were about are looked at, and what they hold is told first', async () => {
  const run = new FakeRun()
  const alert = { name: 'Down', namespace: '${ns.app}', pod: 'api-1', preset: 'minimal' }
  const key = (): string => `alert:buffer:${run.namespace}:Down`
  run.answer = () => {
    run.redis.set(key(), 'list', ['{}'], 900_000)
    return { status: 202, body: { status: 'accepted' } }
  }
  await run.attempt(scenario({ steps: [step('send', { alert, expect: { status: 201 } })] }))
  const seen = run.of('key:seen').filter((one) => one.key === key())
  expect(seen).toMatchObject([{ scenario: 'a', attempt: 1, is: 'list', value: ['{}'] }])
  expect(seen[0]).not.toHaveProperty('step')
  const types = run.events.map(({ type }) => type)
  expect(types.lastIndexOf('key:seen')).toBeLessThan(types.indexOf('diagnostics:collected'))
})

test('of a log that is too long the newest lines are kept, and the others counted', async () => {
  const run = failing()
  const started = run.start(scenario({ steps: [fails] }))
  run.cluster.written['gateway-0'] = `${run.namespace} ${'x'.repeat(300_000)}\n`.repeat(5)
  await run.clock.advance(200_000)
  await started
  const [told] = run.of('diagnostics:collected')
  expect([told?.gatewayLog.length, told?.logLinesLeftOut]).toEqual([3, 2])
})

test('what cannot be had in time is named, and the attempt ends all the same', async () => {
  const run = failing()
  run.cluster.before = (_, what, signal) =>
    what.startsWith('log of')
      ? new Promise((__, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
        })
      : Promise.resolve()
  expect(await run.attempt(scenario({ steps: [fails] }))).toMatchObject({ outcome: 'failed' })
  const [told] = run.of('diagnostics:collected')
  expect(told?.missing).toEqual(['the log of the gateway: not there within 10s'])
})

test('what passes, and what is cancelled, is not looked into', async () => {
  const run = failing()
  await run.attempt(scenario())
  run.cancel.abort(new Cancelled({ code: 'CANCELLED', message: 'over' }))
  await run.attempt(scenario({ steps: [fails] }))
  expect(run.of('diagnostics:collected').length).toBe(0)
})
