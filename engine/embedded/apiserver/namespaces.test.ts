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
  type Watcher,
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

const SHOP = '/api/v1/namespaces/shop'

test('a namespace is active and bears its name as a label', async () => {
  expect(await call('GET', SHOP)).toMatchObject({
    body: {
      metadata: { labels: { 'kubernetes.io/metadata.name': 'shop' } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    },
  })
})

test('a name that is no DNS label is a 422', async () => {
  for (const name of ['a.b', 'x'.repeat(64), '-a']) {
    expect(await call('POST', '/api/v1/namespaces', { body: { metadata: { name } } })).toMatchObject({
      code: 422,
    })
  }
})

test('a deleted namespace is emptied, and then gone', async () => {
  cluster.objects.create(remediationRequest('a'))
  cluster.objects.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'shop' } })
  const spaces = await watch(cluster, '/api/v1/namespaces?watch=true&fieldSelector=metadata.name%3Dshop')
  expect(await call('DELETE', SHOP)).toMatchObject({
    code: 200,
    body: { metadata: { deletionTimestamp: '2025-11-24T12:00:00Z' }, status: { phase: 'Terminating' } },
  })
  expect(await call('DELETE', SHOP)).toMatchObject({ code: 200, body: { status: { phase: 'Terminating' } } })
  await clock.advance(1000)
  expect(await call('GET', SHOP)).toMatchObject({ code: 404 })
  expect(await call('GET', REQUESTS)).toMatchObject({ body: { items: [] } })
  const types = [await spaces.next(), await spaces.next(), await spaces.next()].map((event) => event?.type)
  expect(types).toEqual(['ADDED', 'MODIFIED', 'DELETED'])
})

test('nothing new can be made in a namespace on its way out', async () => {
  await call('DELETE', SHOP)
  expect(await call('POST', REQUESTS, { body: remediationRequest('a') })).toMatchObject({
    code: 403,
    body: {
      reason: 'Forbidden',
      message: expect.stringContaining('because it is being terminated') as string,
      details: { causes: [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }] },
    },
  })
})

test('an object with a finalizer holds its namespace', async () => {
  cluster.objects.create(remediationRequest('a', {}, { finalizers: ['x/y'] }))
  await call('DELETE', SHOP)
  await clock.advance(60_000)
  expect(await call('GET', SHOP)).toMatchObject({ body: { status: { phase: 'Terminating' } } })
  expect(await call('GET', `${REQUESTS}/a`)).toMatchObject({
    body: { metadata: { deletionTimestamp: expect.any(String) as string } },
  })
  const headers = { 'content-type': 'application/merge-patch+json' }
  await call('PATCH', `${REQUESTS}/a`, { body: { metadata: { finalizers: [] } }, headers })
  expect(await call('GET', SHOP)).toMatchObject({ code: 404 })
})

test('a namespace of the same name can be made again', async () => {
  await call('DELETE', SHOP)
  await clock.advance(1000)
  const made = await call('POST', '/api/v1/namespaces', { body: { metadata: { name: 'shop' } } })
  expect(made).toMatchObject({ code: 201, body: { status: { phase: 'Active' } } })
})

test('watchers hear of the contents before the namespace itself', async () => {
  cluster.objects.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'shop' } })
  const contents = await watch(cluster, '/api/v1/configmaps?watch=true')
  const itself = await watch(cluster, '/api/v1/namespaces?watch=true')
  await call('DELETE', SHOP)
  await clock.advance(1000)
  expect(await revisionOfDeletion(contents)).toBeLessThan(await revisionOfDeletion(itself))
})

async function revisionOfDeletion(watcher: Watcher): Promise<number> {
  for (;;) {
    const event = await watcher.next()
    const { resourceVersion } = event?.object['metadata'] as { resourceVersion: string }
    if (event?.type === 'DELETED') return Number(resourceVersion)
  }
}
