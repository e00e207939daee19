import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'

import { ManualClock } from '../../../testing/manual-clock.ts'
import type { ApiServer } from '../api-server.ts'
import {
  caller,
  manifestText,
  remediationRequest,
  REQUESTS,
  startCluster,
  type Call,
  type Reply,
} from '../testing/cluster.ts'

let cluster: ApiServer
let call: Call
let clock: ManualClock

beforeEach(async () => {
  clock = new ManualClock()
  cluster = await startCluster({ clock, crds: [parse(manifestText)] })
  call = caller(cluster)
})
afterEach(() => cluster.close())

const RR1 = `${REQUESTS}/rr-1`

function patch(path: string, type: string, body: unknown): Promise<Reply> {
  return call('PATCH', path, { body, headers: { 'content-type': type } })
}

function apply(manager: string, body: unknown, query = ''): Promise<Reply> {
  return patch(`${RR1}?fieldManager=${manager}${query}`, 'application/apply-patch+yaml', body)
}

/** Only what identifies the object, and some fields. */
function applied(spec: object): object {
  return { apiVersion: 'remediation.kubernaut.io/v1alpha1', kind: 'RemediationRequest', spec }
}

test('a JSON patch whose test fails is a 422 and changes nothing', async () => {
  const made = cluster.objects.create(remediationRequest('rr-1'))
  const operations = [
    { op: 'replace', path: '/spec/severity', value: 'info' },
    { op: 'test', path: '/spec/priority', value: 'P0' },
  ]
  expect(await patch(RR1, 'application/json-patch+json', operations)).toMatchObject({
    code: 422,
    body: { reason: 'Invalid' },
  })
  expect((await call('GET', RR1)).body).toEqual(made)
})

test('a merge patch with a stale revision is a 409', async () => {
  cluster.objects.create(remediationRequest('rr-1'))
  const body = { metadata: { resourceVersion: '1' }, spec: { severity: 'info' } }
  expect(await patch(RR1, 'application/merge-patch+json', body)).toMatchObject({ code: 409 })
})

test('a strategic merge patch is for core kinds only', async () => {
  cluster.objects.create(remediationRequest('rr-1'))
  cluster.objects.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'shop' } })
  const type = 'application/strategic-merge-patch+json'
  const reply = await patch('/api/v1/namespaces/shop/configmaps/c', type, { data: { a: '1' } })
  expect(reply).toMatchObject({ code: 200, body: { data: { a: '1' } } })
  expect(await patch(RR1, type, {})).toMatchObject({ code: 415, body: { reason: 'UnsupportedMediaType' } })
})

test('a patch that breaks the schema is a 422', async () => {
  cluster.objects.create(remediationRequest('rr-1'))
  expect(await patch(RR1, 'application/merge-patch+json', { spec: { priority: 'P9' } })).toMatchObject({
    code: 422,
  })
})

test('applying makes an object that is not there', async () => {
  const made = await apply('me', remediationRequest('rr-1'))
  expect(made).toMatchObject({
    code: 201,
    body: {
      metadata: {
        managedFields: [{ manager: 'me', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:severity': {} } } }],
      },
    },
  })
})

test('applying the same again changes nothing, whenever it happens', async () => {
  const made = await apply('me', remediationRequest('rr-1'))
  await clock.advance(60_000)
  expect((await apply('me', remediationRequest('rr-1'))).body).toEqual(made.body)
})

test('a field that a manager no longer applies goes away, one of another stays', async () => {
  await apply('me', remediationRequest('rr-1', { signalLabels: { a: '1', b: '2' }, isStorm: true }))
  await apply('you', applied({ isStorm: true }))
  const { body } = await apply('me', remediationRequest('rr-1', { signalLabels: { a: '1' } }))
  expect(body).toMatchObject({ spec: { signalLabels: { a: '1' }, isStorm: true } })
  expect(body).not.toHaveProperty('spec.signalLabels.b')
})

test('another value for a field of another manager is a conflict, unless it is forced', async () => {
  await apply('me', remediationRequest('rr-1'))
  expect(await apply('you', applied({ severity: 'info' }))).toMatchObject({
    code: 409,
    body: {
      message: 'Apply failed with 1 conflict: conflict with "me": .spec.severity',
      details: { causes: [{ reason: 'FieldManagerConflict', field: '.spec.severity' }] },
    },
  })
  const forced = await apply('you', applied({ severity: 'info' }), '&force=true')
  expect(forced).toMatchObject({ code: 200, body: { spec: { severity: 'info' } } })
  const mine = (forced.body as { metadata: { managedFields: { fieldsV1: object }[] } }).metadata
    .managedFields[0]
  expect(mine?.fieldsV1).not.toHaveProperty(['f:spec', 'f:severity'])
})

test('applying needs a manager, and JSON', async () => {
  expect(await apply('', remediationRequest('rr-1'))).toMatchObject({ code: 400 })
  expect(await apply('me', Buffer.from('kind: RemediationRequest'))).toMatchObject({
    code: 415,
    body: { message: expect.stringContaining('in JSON only') as string },
  })
})

test('applying with the wrong revision is a conflict', async () => {
  await apply('me', remediationRequest('rr-1'))
  const stale = remediationRequest('rr-1', {}, { resourceVersion: '1' })
  expect(await apply('me', stale)).toMatchObject({ code: 409 })
})
