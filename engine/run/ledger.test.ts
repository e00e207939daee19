import { expect, test } from 'vitest'
import type { LedgerEntry, LedgerRules, Reading } from '../gateway/description.ts'
import type { KubeObject } from '../cluster/types.ts'
import { Ledger, type Sighting } from './ledger.ts'

/** A gateway whose replies are readings, and whose objects list resources. */
const rules: LedgerRules = {
  read: ({ body }) => body as unknown as Reading,
  accounts: ({ metadata }, { request }) => metadata.labels?.['lists'] === request.body,
  longestPendingMs: () => 4000,
  fallbackNamespace: () => 'lost',
  kinds: [],
  senderKeys: ({ headers }) => Object.values(headers),
  keysOf: ({ request }) => ['common', `key:${request.body}`],
  title: ({ request }) => request.body,
}

function entry(resource: string, reading: Reading, wall = 1000): LedgerEntry {
  return {
    request: { path: '/signals', headers: {}, body: resource },
    status: 202,
    body: reading,
    wall,
  }
}

function sighting(name: string, wall: number, lists = ''): Sighting {
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: 'T',
    metadata: { namespace: 'ns', name, labels: { lists } },
  }
  return { object, wall }
}

function open(entries: readonly LedgerEntry[], sightings: readonly Sighting[]): string[] {
  const ledger = new Ledger(rules, {})
  for (const one of entries) ledger.add(one)
  return ledger.open(sightings).map(({ request }) => request.body)
}

const named = { namespace: 'ns', name: 'rr-1' }

test('what was created or duplicated wants the object of that name', () => {
  const entries = [entry('a', { is: 'created', ...named }), entry('b', { is: 'duplicate', ...named })]
  expect(open(entries, [])).toEqual(['a', 'b'])
  expect(open(entries, [sighting('rr-2', 5000)])).toEqual(['a', 'b'])
  expect(open(entries, [sighting('rr-1', 0)])).toEqual([])
  expect(open([entry('a', { is: 'created', ...named, namespace: 'else' })], [sighting('rr-1', 0)])).toEqual([
    'a',
  ])
})

test('what was refused is done, what could not be parsed must have been refused', () => {
  expect(
    open([entry('a', { is: 'refused' }), entry('b', { is: 'unparsable' })], [sighting('rr-1', 9000)]),
  ).toEqual(['b'])
})

test('what is pending wants an object that lists it, made at or after its acceptance', () => {
  const pending = [entry('a', { is: 'pending' }, 10_000)]
  expect(open(pending, [sighting('rr-1', 12_000, 'b')])).toEqual(['a'])
  expect(open(pending, [sighting('rr-1', 8000, 'a')])).toEqual(['a'])
  expect(open(pending, [sighting('rr-1', 10_000, 'a')])).toEqual([])
})

test('the news of an object may come a moment before the reply', () => {
  expect(open([entry('a', { is: 'pending' }, 10_000)], [sighting('rr-1', 9000, 'a')])).toEqual([])
})

test('a repeat of a resource within one window is a repeat of the first', () => {
  const entries = [entry('a', { is: 'pending' }, 1000), entry('a', { is: 'pending' }, 1500)]
  expect(open(entries, [sighting('rr-1', 3000, 'a')])).toEqual([])
})

test('the deadline is that of the last entry, and later for what is pending', () => {
  const ledger = new Ledger(rules, {})
  const [created, pending] = [
    entry('a', { is: 'created', ...named }, 2000),
    entry('b', { is: 'pending' }, 1000),
  ]
  expect(ledger.deadline([created])).toBe(2000)
  expect(ledger.deadline([created, pending])).toBe(6000)
  expect(ledger.deadline([])).toBe(0)
})

test('keys are told once', () => {
  const ledger = new Ledger(rules, {})
  for (const resource of ['a', 'b', 'a']) ledger.add(entry(resource, { is: 'pending' }))
  expect([...ledger.keys('documented')]).toEqual(['common', 'key:a', 'key:b'])
  ledger.add(entry('c', { is: 'pending' }))
  expect([...ledger.keys('documented')]).toEqual(['common', 'key:a', 'key:b', 'key:c'])
})

test('what is kept of a sender is known before any reply', () => {
  const ledger = new Ledger(rules, {})
  const sent = entry('a', { is: 'pending' })
  ledger.sending({ ...sent.request, headers: { from: 'limit:1' } })
  ledger.add({ ...sent, request: { ...sent.request, headers: { from: 'limit:2' } } })
  expect([...ledger.senderKeys]).toEqual(['limit:1', 'limit:2'])
  expect([...ledger.keys('documented')]).not.toContain('limit:2')
})

test('all is answered when every request under way is answered or lost', async () => {
  const ledger = new Ledger(rules, {})
  await ledger.answered()
  let [answer, lose] = [(_: string): void => undefined, (_: Error): void => undefined]
  const kept = ledger.during(new Promise<string>((resolve) => (answer = resolve)))
  const lost = ledger.during(new Promise<string>((_, reject) => (lose = reject)))
  let done = false
  const answered = ledger.answered().then(() => (done = true))
  answer('202')
  expect(await kept).toBe('202')
  expect(done).toBe(false)
  lose(new Error('reset'))
  await expect(lost).rejects.toThrow('reset')
  await answered
  expect(done).toBe(true)
})
