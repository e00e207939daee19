import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Event } from '../events/event.ts'
import { exitCode } from '../events/exit-code.ts'
import type { RunState } from '../events/run-state.ts'
import { remediationRequest } from '../embedded/apiserver/testing/cluster.ts'
import { openSession, type Session } from './testing/in-process.ts'
import { openPlace, type Place } from './testing/place.ts'

const HANG_MS = 60_000

let place: Place
let session: Session
beforeEach(async () => {
  place = openPlace(process.env['PATH'])
  session = await openSession(place)
}, HANG_MS)
afterEach(() => place[Symbol.asyncDispose]())

/** Sends an alert, waits for the test, and sends another. */
const TWO_ALERTS = `name: Two alerts
gateway: dedup
namespaces: [app]
steps:
  - send:
      alert: { name: First, severity: critical, namespace: "\${ns.app}", pod: p-1 }
      expect: { status: 201 }
  - expect: { crd: RemediationRequest, namespace: "\${ns.app}", name: go, within: 50s }
  - send:
      alert: { name: Second, severity: critical, namespace: "\${ns.app}", pod: p-2 }
      expect: { status: 201 }
`

function outcomes({ finished }: RunState): readonly (string | undefined)[] {
  return finished.flatMap(({ outcome, attempts }) => [outcome, ...attempts.map((one) => one.outcome)])
}

/** Namespaces that scenarios made and that are there still. */
function namespacesLeft(): readonly string[] {
  const namespaces = session.target.api.objects.list({ group: '', version: 'v1', plural: 'namespaces' })
  return namespaces.map(({ metadata }) => metadata.name).filter((name) => name.startsWith('app-'))
}

test(
  'a profile whose pods are not there is broken, named, and no verdict about the gateway',
  async () => {
    const { target } = session
    const elsewhere = target.deployments.map((one) => ({ ...one, namespace: 'gwscen-nowhere' }))
    const state = await session.run({ text: TWO_ALERTS, target: { ...target, deployments: elsewhere } })
    expect(outcomes(state)).toEqual(['broken', 'broken', 'broken'])
    expect(state.finished.all[0]?.failure).toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringMatching(
        /^dedup cannot be reached: no ready pod for app=(gateway|redis) in gwscen-nowhere: there is none$/,
      ) as string,
    })
    expect(exitCode(state)).toBe(3)
    expect(state.leftovers).toEqual([])
    expect(namespacesLeft()).toEqual([])
  },
  HANG_MS,
)

test(
  'a forward that is cut in the middle breaks the attempt, and the next one passes',
  async () => {
    const { api } = session.target
    const namespaces = new Map<number, string>()
    let mend = (): void => undefined
    const onEvent = (event: Event): void => {
      if (event.type === 'scenario:started') namespaces.set(event.attempt, event.namespaces['app'] ?? '')
      if (event.type === 'step:started' && event.step === 'steps.1') {
        if (event.attempt === 1) {
          mend = api.intercept(({ subresource }) =>
            subresource === 'portforward' ? { drop: 'request' } : undefined,
          )
        }
        const namespace = namespaces.get(event.attempt) ?? ''
        api.objects.create(remediationRequest('go', {}, { namespace }))
      }
      if (event.type === 'step:ended' && event.step === 'steps.2') mend()
    }
    const state = await session.run({ text: TWO_ALERTS, onEvent })
    expect(outcomes(state)).toEqual(['passed', 'broken', 'passed'])
    const [first, second] = state.finished.all[0]?.attempts ?? []
    expect(first?.thread).not.toBe(second?.thread)
    expect(first?.failure).toMatchObject({ outcome: 'broken', span: { line: 11 } })
    expect(state.leftovers).toEqual([])
    expect(exitCode(state)).toBe(0)
    expect(namespacesLeft()).toEqual([])
  },
  HANG_MS,
)
