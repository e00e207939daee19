import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'

import { ManualClock } from '../../testing/manual-clock.ts'
import type { ApiServer } from './api-server.ts'
import {
  ALL_REQUESTS,
  caller,
  manifestText,
  remediationRequest,
  REQUESTS,
  startCluster,
  watch,
  type Call,
} from './testing/cluster.ts'

let cluster: ApiServer
let call: Call
let clock: ManualClock

beforeEach(async () => {
  clock = new ManualClock()
  cluster = await startCluster({ clock, crds: [parse(manifestText)], historyLimit: 10 })
  call = caller(cluster)
})
afterEach(() => cluster.close())

const TYPE = { group: 'remediation.kubernaut.io', version: 'v1alpha1', plural: 'remediationrequests' }
const NAMED = { namespace: 'shop' }

async function revision(): Promise<string> {
  const { body } = await call('GET', ALL_REQUESTS)
  return (body as { metadata: { resourceVersion: string } }).metadata.resourceVersion
}

function brief(event: { type: string; object: Readonly<Record<string, unknown>> } | undefined): unknown {
  return event && [event.type, (event.object['metadata'] as { name?: string }).name]
}

test('the headers come at once, before anything happened', async () => {
  const watcher = await watch(cluster, `${REQUESTS}?watch=true&resourceVersion=${await revision()}`)
  cluster.objects.create(remediationRequest('a'))
  expect(brief(await watcher.next())).toEqual(['ADDED', 'a'])
})

test.each(['', '&resourceVersion=0'])('a watch with "%s" starts with what is there', async (query) => {
  cluster.objects.create(remediationRequest('b'))
  cluster.objects.create(remediationRequest('a'))
  const watcher = await watch(cluster, `${REQUESTS}?watch=1${query}`)
  cluster.objects.delete(TYPE, { ...NAMED, name: 'b' })
  const events = [await watcher.next(), await watcher.next(), await watcher.next()]
  expect(events.map(brief)).toEqual([
    ['ADDED', 'a'],
    ['ADDED', 'b'],
    ['DELETED', 'b'],
  ])
})

test('a watch from a revision misses nothing since', async () => {
  const from = await revision()
  cluster.objects.create(remediationRequest('a'))
  cluster.objects.setStatus(TYPE, { ...NAMED, name: 'a' }, { overallPhase: 'Done' })
  cluster.objects.delete(TYPE, { ...NAMED, name: 'a' })
  const watcher = await watch(cluster, `${ALL_REQUESTS}?watch=true&resourceVersion=${from}`)
  const events = [await watcher.next(), await watcher.next(), await watcher.next()]
  expect(events.map(brief)).toEqual([
    ['ADDED', 'a'],
    ['MODIFIED', 'a'],
    ['DELETED', 'a'],
  ])
  const versions = events.map((event) =>
    Number((event?.object['metadata'] as { resourceVersion: string }).resourceVersion),
  )
  expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
})

test('a revision that the history no longer has is a 410 in the stream', async () => {
  const from = await revision()
  for (let count = 0; count < 11; count += 1) cluster.objects.create(remediationRequest(`a${count}`))
  const watcher = await watch(cluster, `${REQUESTS}?watch=true&resourceVersion=${from}`)
  expect(await watcher.next()).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } })
  expect(await watcher.next()).toBeUndefined()
})

test.each([
  ['resourceVersion=x', 500],
  ['timeoutSeconds=x', 400],
])('%s is a %i', async (query, code) => {
  expect(await call('GET', `${REQUESTS}?watch=true&${query}`)).toMatchObject({ code })
})

test('an object that comes to fit the selector is added, and one that no longer fits is deleted', async () => {
  const watcher = await watch(cluster, `${REQUESTS}?watch=true&labelSelector=team%3Da`)
  const label = (team: string): Promise<unknown> =>
    call('PATCH', `${REQUESTS}/x`, {
      body: { metadata: { labels: { team } } },
      headers: { 'content-type': 'application/merge-patch+json' },
    })
  cluster.objects.create(remediationRequest('x', {}, { labels: { team: 'b' } }))
  await label('a')
  await label('c')
  await label('d')
  await label('a')
  const events = [await watcher.next(), await watcher.next(), await watcher.next()]
  expect(events.map(brief)).toEqual([
    ['ADDED', 'x'],
    ['DELETED', 'x'],
    ['ADDED', 'x'],
  ])
})

test('one namespace and one name can be watched alone', async () => {
  cluster.objects.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } })
  const named = await watch(cluster, `${ALL_REQUESTS}?watch=true&fieldSelector=metadata.name%3Db`)
  const spaced = await watch(cluster, `${REQUESTS}?watch=true`)
  cluster.objects.create(remediationRequest('b', {}, { namespace: 'other' }))
  cluster.objects.create(remediationRequest('a'))
  expect(brief(await named.next())).toEqual(['ADDED', 'b'])
  expect(brief(await spaced.next())).toEqual(['ADDED', 'a'])
})

test('bookmarks come every minute to those who ask, and before the end', async () => {
  const asking = await watch(cluster, `${REQUESTS}?watch=true&allowWatchBookmarks=true&timeoutSeconds=90`)
  const silent = await watch(cluster, `${REQUESTS}?watch=true&timeoutSeconds=90`)
  const now = await revision()
  await clock.advance(90_000)
  const bookmark = {
    type: 'BOOKMARK',
    object: { kind: 'RemediationRequest', metadata: { resourceVersion: now } },
  }
  expect([await asking.next(), await asking.next(), await asking.next()]).toMatchObject([
    bookmark,
    bookmark,
    undefined,
  ])
  expect(await silent.next()).toBeUndefined()
  expect(clock.pending).toBe(0)
})

test('initial events can be asked for, with a bookmark at their end', async () => {
  cluster.objects.create(remediationRequest('a'))
  const query = 'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
  const watcher = await watch(cluster, `${REQUESTS}?${query}`)
  expect(brief(await watcher.next())).toEqual(['ADDED', 'a'])
  expect(await watcher.next()).toMatchObject({
    type: 'BOOKMARK',
    object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
  })
})

test('a watch of tables names the columns once', async () => {
  const watcher = await watch(
    cluster,
    `${REQUESTS}?watch=true`,
    'application/json;as=Table;v=v1;g=meta.k8s.io',
  )
  for (const name of ['a', 'b']) cluster.objects.create(remediationRequest(name))
  const [first, second] = [await watcher.next(), await watcher.next()]
  expect(first?.object).toMatchObject({
    kind: 'Table',
    rows: [{ cells: ['a', 'critical', null, null, '0s'] }],
  })
  expect(first?.object['columnDefinitions']).toHaveLength(5)
  expect(second?.object['columnDefinitions']).toEqual([])
})

test('a watcher that leaves takes its timers along', async () => {
  const watcher = await watch(cluster, `${REQUESTS}?watch=true&allowWatchBookmarks=true`)
  expect(clock.pending).toBe(2)
  watcher.stop()
  while (clock.pending > 0) await new Promise((resolve) => setImmediate(resolve))
  cluster.objects.create(remediationRequest('a'))
})
