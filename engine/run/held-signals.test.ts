import { expect, test } from 'vitest'
import type { KubeObject } from '../cluster/types.ts'
import type { EventBody } from '../events/event.ts'
import type { LedgerEntry, LedgerRules, Reading } from '../gateway/description.ts'
import { HeldSignals } from './held-signals.ts'

/** A gateway whose replies are readings, and whose objects list resources. */
const rules: LedgerRules = {
  read: ({ body }) => body as unknown as Reading,
  accounts: ({ metadata }, { request }) => metadata.labels?.['lists']?.includes(request.body) === true,
  longestPendingMs: () => 4000,
  fallbackNamespace: () => 'lost',
  kinds: [],
  senderKeys: () => [],
  keysOf: () => [],
  title: ({ request }) => request.body,
}

function entry(resource: string, reading: Reading): LedgerEntry {
  return { request: { path: '/', headers: {}, body: resource }, status: 202, body: reading, wall: 0 }
}

function object(name: string, lists: string): KubeObject {
  return { apiVersion: 'v1', kind: 'T', metadata: { namespace: 'ns', name, labels: { lists } } }
}

function held(): { readonly told: EventBody[]; readonly signals: HeldSignals } {
  const told: EventBody[] = []
  return {
    told,
    signals: new HeldSignals({ rules, scenario: 's', attempt: 1, emit: (event) => told.push(event) }),
  }
}

const place = { step: 'steps.0', ms: 4000 }

test('what is held is told when the reply says so, and when an object shows for it', () => {
  const { told, signals } = held()
  signals.replied(entry('a', { is: 'pending' }), place)
  signals.replied(entry('b', { is: 'pending', window: 'w-1' }), place)
  signals.replied(entry('c', { is: 'pending', window: 'w-1' }), place)
  signals.seen(object('none', 'x'))
  signals.seen(object('rr-1', 'a b'))
  signals.seen(object('rr-1', 'a b'))
  const one = { scenario: 's', attempt: 1 }
  expect(told).toEqual([
    { type: 'signal:held', ...one, ...place, number: 0, signal: 'a' },
    { type: 'signal:held', ...one, ...place, number: 1, signal: 'b', window: 'w-1' },
    { type: 'signal:held', ...one, ...place, number: 2, signal: 'c', window: 'w-1' },
    { type: 'signals:released', ...one, numbers: [0, 1], object: 'ns/rr-1' },
  ])
})

test('what has its object at once, or was refused, is not held', () => {
  const { told, signals } = held()
  signals.replied(entry('a', { is: 'created', namespace: 'ns', name: 'rr-1' }), place)
  signals.replied(entry('b', { is: 'refused' }), place)
  signals.seen(object('rr-1', 'a b'))
  expect(told).toEqual([])
})
