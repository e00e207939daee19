import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'

import type { ApiServer } from './api-server.ts'
import {
  ALL_REQUESTS,
  caller,
  manifestText,
  remediationRequest,
  REQUESTS,
  startCluster,
  type Call,
} from './testing/cluster.ts'

let cluster: ApiServer
let call: Call

beforeEach(async () => {
  cluster = await startCluster({ crds: [parse(manifestText)], historyLimit: 10 })
  call = caller(cluster)
})
afterEach(() => cluster.close())

interface ListBody {
  readonly items: readonly { readonly metadata: { readonly name: string; readonly namespace: string } }[]
  readonly metadata: {
    readonly continue?: string
    readonly remainingItemCount?: number
    readonly resourceVersion: string
  }
}

async function list(path: string): Promise<ListBody> {
  const { code, body } = await call('GET', path)
  expect(code).toBe(200)
  return body as ListBody
}

function names({ items }: ListBody): readonly string[] {
  return items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
}

test('a list is in the order of namespace, then name', async () => {
  cluster.objects.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'aisle' } })
  for (const name of ['b', 'a']) cluster.objects.create(remediationRequest(name))
  cluster.objects.create(remediationRequest('z', {}, { namespace: 'aisle' }))
  expect(names(await list(ALL_REQUESTS))).toEqual(['aisle/z', 'shop/a', 'shop/b'])
  expect(names(await list(REQUESTS))).toEqual(['shop/a', 'shop/b'])
  expect(names(await list(REQUESTS.replace('shop', 'gone')))).toEqual([])
})

test.each([
  ['tier=web', ['a']],
  ['tier==web', ['a']],
  ['tier!=web', ['b', 'c']],
  ['tier in (web, cache)', ['a', 'b']],
  ['tier notin (web)', ['b', 'c']],
  ['tier', ['a', 'b']],
  ['!tier', ['c']],
  ['tier in (web,cache),zone=', ['b']],
  ['tier in (web),tier!=web', []],
  ['', ['a', 'b', 'c']],
])('the label selector "%s" selects %j', async (selector, expected) => {
  cluster.objects.create(remediationRequest('a', {}, { labels: { tier: 'web' } }))
  cluster.objects.create(remediationRequest('b', {}, { labels: { tier: 'cache', zone: '' } }))
  cluster.objects.create(remediationRequest('c'))
  const found = await list(`${REQUESTS}?labelSelector=${encodeURIComponent(selector)}`)
  expect(names(found)).toEqual(expected.map((name) => `shop/${name}`))
})

test.each([
  ['labelSelector', 'a=b=c'],
  ['labelSelector', 'a in b'],
  ['labelSelector', 'a,,b'],
  ['fieldSelector', 'status.overallPhase=Done'],
  ['fieldSelector', 'metadata.name'],
  ['limit', '-1'],
  ['limit', 'many'],
])('%s=%s cannot be read', async (key, value) => {
  const path = `${REQUESTS}?${key}=${encodeURIComponent(value)}`
  expect(await call('GET', path)).toMatchObject({ code: 400, body: { reason: 'BadRequest' } })
})

test('field selectors look at names, phases and the objects of events', async () => {
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    involvedObject: { kind: 'Pod', name: 'a' },
    reason: 'BackOff',
  }
  cluster.objects.create({ ...event, metadata: { name: 'e', namespace: 'shop' } })
  for (const name of ['a', 'b']) {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop' } }
    cluster.objects.create(name === 'a' ? { ...pod, status: { phase: 'Running' } } : pod)
  }
  const select = async (plural: string, selector: string): Promise<readonly string[]> =>
    names(await list(`/api/v1/${plural}?fieldSelector=${encodeURIComponent(selector)}`))
  expect(await select('pods', 'status.phase=Running')).toEqual(['shop/a'])
  expect(await select('pods', 'status.phase!=Running,metadata.namespace=shop')).toEqual(['shop/b'])
  expect(await select('events', 'involvedObject.kind=Pod,involvedObject.name==a')).toEqual(['shop/e'])
  expect(await select('events', 'involvedObject.name=b')).toEqual([])
})

test('a long list comes in pages that bear one revision', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e']) cluster.objects.create(remediationRequest(name))
  const first = await list(`${REQUESTS}?limit=2`)
  expect(first).toMatchObject({ metadata: { remainingItemCount: 3 } })
  cluster.objects.create(remediationRequest('later'))
  const second = await list(`${REQUESTS}?limit=2&continue=${first.metadata.continue ?? ''}`)
  const third = await list(`${REQUESTS}?limit=2&continue=${second.metadata.continue ?? ''}`)
  expect([first, second, third].flatMap(names)).toEqual(
    ['a', 'b', 'c', 'd', 'e', 'later'].map((name) => `shop/${name}`),
  )
  expect(third.metadata).toEqual({ resourceVersion: first.metadata.resourceVersion })
})

test('a token that is too old is a 410, one that is none a 400', async () => {
  for (const name of ['a', 'b']) cluster.objects.create(remediationRequest(name))
  const { metadata } = await list(`${REQUESTS}?limit=1`)
  for (let count = 0; count < 11; count += 1) cluster.objects.create(remediationRequest(`x${count}`))
  const page = (token = '') => call('GET', `${REQUESTS}?limit=1&continue=${token}`)
  expect(await page(metadata.continue)).toMatchObject({ code: 410, body: { reason: 'Expired' } })
  for (const token of ['nonsense', 'e30'])
    expect(await page(token)).toMatchObject({ code: 400, body: { reason: 'BadRequest' } })
})

test('tables have the columns of the definition, and rows what was asked for', async () => {
  cluster.objects.create({ ...remediationRequest('a', { isStorm: true }), status: { overallPhase: 'Done' } })
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
  const table = async (query: string): Promise<unknown> =>
    (await call('GET', `${REQUESTS}${query}`, { headers: { accept } })).body
  expect(await table('')).toMatchObject({
    kind: 'Table',
    columnDefinitions: [
      { name: 'Name' },
      { name: 'Severity' },
      { name: 'Storm' },
      { name: 'Phase' },
      { name: 'Age' },
    ],
    rows: [
      {
        cells: ['a', 'critical', true, 'Done', expect.stringMatching(/^\d+s$/)],
        object: { kind: 'PartialObjectMetadata', metadata: { name: 'a' } },
      },
    ],
  })
  expect(await table('?includeObject=Object')).toMatchObject({
    rows: [{ object: { spec: { isStorm: true } } }],
  })
  expect(await table('?includeObject=None')).not.toHaveProperty('rows.0.object')
  expect(await table('/a')).toMatchObject({
    kind: 'Table',
    rows: [{ cells: ['a', 'critical', true, 'Done', expect.anything()] }],
  })
})

test('metadata can be had without the rest', async () => {
  cluster.objects.create(remediationRequest('a'))
  const accept = (kind: string): object => ({
    headers: { accept: `application/json;as=${kind};v=v1;g=meta.k8s.io` },
  })
  const { body } = await call('GET', REQUESTS, accept('PartialObjectMetadataList'))
  expect(body).toMatchObject({
    kind: 'PartialObjectMetadataList',
    items: [{ kind: 'PartialObjectMetadata' }],
  })
  expect(body).not.toHaveProperty('items.0.spec')
  expect((await call('GET', `${REQUESTS}/a`, accept('PartialObjectMetadata'))).body).not.toHaveProperty(
    'spec',
  )
})

test('an unknown form gives way to the next one', async () => {
  const accept = 'application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io,application/json'
  expect(await call('GET', REQUESTS, { headers: { accept } })).toMatchObject({
    body: { kind: 'RemediationRequestList' },
  })
})
