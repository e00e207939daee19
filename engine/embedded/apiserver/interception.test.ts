import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'

import { ManualClock } from '../../testing/manual-clock.ts'
import type { ApiServer } from './api-server.ts'
import {
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
  cluster = await startCluster({ clock, crds: [parse(manifestText)] })
  call = caller(cluster)
})
afterEach(() => cluster.close())

test.each([408, 410, 429, 500, 502, 503, 504] as const)(
  'a rule may answer %d, until it is taken away',
  async (code) => {
    const remove = cluster.intercept(({ verb, resource }) =>
      verb === 'create' && resource.plural === 'remediationrequests' ? { refuse: { code } } : undefined,
    )
    const refused = await call('POST', REQUESTS, { body: remediationRequest('a') })
    expect(refused).toMatchObject({ code, body: { kind: 'Status', status: 'Failure', code } })
    expect(refused.headers['retry-after']).toBeUndefined()
    expect(await call('GET', REQUESTS)).toMatchObject({ code: 200, body: { items: [] } })
    remove()
    expect(await call('POST', REQUESTS, { body: remediationRequest('a') })).toMatchObject({ code: 201 })
  },
)

test('a refusal may have words of its own and ask to come again later', async () => {
  cluster.intercept(() => ({ refuse: { code: 429, message: 'slow down', retryAfterSeconds: 3 } }))
  expect(await call('GET', REQUESTS)).toMatchObject({
    code: 429,
    headers: { 'retry-after': '3' },
    body: { message: 'slow down', reason: 'TooManyRequests', details: { retryAfterSeconds: 3 } },
  })
})

test('a rule may delay, by the clock', async () => {
  let met: () => void = () => undefined
  const delayed = new Promise<void>((resolve) => (met = resolve))
  cluster.intercept(() => {
    met()
    return { delayMs: 5000 }
  })
  let answered = false
  const reply = call('POST', REQUESTS, { body: remediationRequest('a') }).then((got) => {
    answered = true
    return got
  })
  await delayed
  await clock.advance(4999)
  expect(answered).toBe(false)
  expect(
    cluster.objects.list({
      group: 'remediation.kubernaut.io',
      version: 'v1alpha1',
      plural: 'remediationrequests',
    }),
  ).toEqual([])
  await clock.advance(1)
  expect(await reply).toMatchObject({ code: 201 })
})

test.each([
  ['request', 404],
  ['reply', 200],
] as const)('a dropped %s resets the connection, and what was asked for is then a %d', async (drop, code) => {
  const remove = cluster.intercept(({ verb }) => (verb === 'create' ? { drop } : undefined))
  await expect(call('POST', REQUESTS, { body: remediationRequest('a') })).rejects.toThrow(
    /ECONNRESET|socket hang up/,
  )
  remove()
  expect(await call('GET', `${REQUESTS}/a`)).toMatchObject({ code })
})

test('a new rule ends open watches by a 410, or cuts them', async () => {
  const path = `${REQUESTS}?watch=true`
  const expired = await watch(cluster, path)
  const removeFirst = cluster.intercept(({ verb }) =>
    verb === 'watch' ? { refuse: { code: 410 } } : undefined,
  )
  expect(await expired.next()).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } })
  expect(await expired.next()).toBeUndefined()
  removeFirst()
  const cut = await watch(cluster, path)
  cluster.intercept(({ verb }) => (verb === 'watch' ? { drop: 'request' } : undefined))
  await expect(cut.next()).rejects.toThrow()
})

test('a watch may be let in and cut after a while', async () => {
  cluster.intercept(({ verb }) => (verb === 'watch' ? { cutAfterMs: 3000 } : undefined))
  const watcher = await watch(cluster, `${REQUESTS}?watch=true`)
  cluster.objects.create(remediationRequest('a'))
  expect(await watcher.next()).toMatchObject({ type: 'ADDED' })
  await clock.advance(3000)
  await expect(watcher.next()).rejects.toThrow()
  while (clock.pending > 0) await new Promise((resolve) => setImmediate(resolve))
})

test('a watch may freeze, by a new rule or from its beginning', async () => {
  const path = `${REQUESTS}?watch=true&timeoutSeconds=5&allowWatchBookmarks=true`
  const before = await watch(cluster, path)
  const unfreeze = cluster.intercept(({ verb }) => (verb === 'watch' ? { freeze: true } : undefined))
  const since = await watch(cluster, path)
  cluster.objects.create(remediationRequest('a'))
  await clock.advance(60_000)
  expect(clock.pending).toBe(0)
  unfreeze()
  cluster.intercept(({ verb }) => (verb === 'watch' ? { refuse: { code: 410 } } : undefined))
  for (const frozen of [before, since]) expect(await frozen.next()).toMatchObject({ type: 'ERROR' })
})

test('rules see what the request is about', async () => {
  const seen: unknown[] = []
  cluster.intercept(({ verb, resource, namespace, name, subresource }) => {
    seen.push([verb, resource.plural, namespace, name, subresource])
    return undefined
  })
  await call('GET', '/api/v1/namespaces/shop')
  await call('GET', '/api/v1/pods')
  await call('DELETE', REQUESTS)
  await call('PUT', `${REQUESTS}/a/status`, { body: {} })
  expect(seen).toEqual([
    ['get', 'namespaces', undefined, 'shop', undefined],
    ['list', 'pods', undefined, undefined, undefined],
    ['deletecollection', 'remediationrequests', 'shop', undefined, undefined],
    ['update', 'remediationrequests', 'shop', 'a', 'status'],
  ])
})
