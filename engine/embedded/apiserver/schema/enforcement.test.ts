import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'

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

beforeEach(async () => {
  cluster = await startCluster({ crds: [parse(manifestText)] })
  call = caller(cluster)
})
afterEach(() => cluster.close())

function create(spec: Readonly<Record<string, unknown>>, query = ''): Promise<Reply> {
  return call('POST', `${REQUESTS}${query}`, { body: remediationRequest('rr-1', spec) })
}

test('the shipped definition refuses what its fields do not allow', async () => {
  const reply = await create({
    signalFingerprint: 'XYZ',
    severity: 'bad',
    environment: '',
    firingTime: 'now',
    providerData: '?',
  })
  expect(reply).toMatchObject({
    code: 422,
    body: { reason: 'Invalid', details: { name: 'rr-1', kind: 'RemediationRequest' } },
  })
  const { details, message } = reply.body as { message: string; details: { causes: { field: string }[] } }
  expect(new Set(details.causes.map(({ field }) => field))).toEqual(
    new Set([
      'spec.signalFingerprint',
      'spec.severity',
      'spec.environment',
      'spec.firingTime',
      'spec.providerData',
    ]),
  )
  expect(message).toContain('RemediationRequest.remediation.kubernaut.io "rr-1" is invalid: [')
})

test('the shipped definition names every required field that is missing', async () => {
  const { body } = await call('POST', REQUESTS, {
    body: { ...remediationRequest('rr-1'), spec: { deduplication: {} } },
  })
  const { causes } = (body as { details: { causes: { field: string }[] } }).details
  expect(causes.map(({ field }) => field.split('.').slice(1).join('.')).sort()).toEqual([
    'deduplication.firstSeen',
    'deduplication.isDuplicate',
    'deduplication.lastSeen',
    'deduplication.occurrenceCount',
    'environment',
    'firingTime',
    'priority',
    'receivedTime',
    'severity',
    'signalFingerprint',
    'signalName',
    'signalType',
    'targetType',
  ])
})

test('the fingerprint never changes', async () => {
  await create({})
  const reply = await call('PATCH', `${REQUESTS}/rr-1`, {
    body: { spec: { signalFingerprint: 'a'.repeat(64) } },
    headers: { 'content-type': 'application/merge-patch+json' },
  })
  expect(reply).toMatchObject({
    code: 422,
    body: {
      details: {
        causes: [
          {
            field: 'spec.signalFingerprint',
            message: expect.stringContaining('signalFingerprint is immutable') as string,
          },
        ],
      },
    },
  })
})

test('an unknown field is dropped with a warning, dropped in silence, or refused', async () => {
  const warned = await create({ odd: 1 })
  expect(warned).toMatchObject({ code: 201, headers: { warning: '299 - "unknown field \\"spec.odd\\""' } })
  expect(warned.body).not.toHaveProperty('spec.odd')
  await call('DELETE', `${REQUESTS}/rr-1`)
  const ignored = await create({ odd: 1 }, '?fieldValidation=Ignore')
  expect(ignored.code).toBe(201)
  expect(ignored.headers['warning']).toBeUndefined()
  expect(await create({ odd: 1 }, '?fieldValidation=Strict')).toMatchObject({
    code: 400,
    body: {
      reason: 'BadRequest',
      message: expect.stringContaining('strict decoding error: unknown field "spec.odd"') as string,
    },
  })
  expect(await create({}, '?fieldValidation=Maybe')).toMatchObject({ code: 400 })
})

test('unknown metadata is no different', async () => {
  const body = remediationRequest('rr-1', {}, { odd: 1 })
  expect(await call('POST', `${REQUESTS}?fieldValidation=Strict`, { body })).toMatchObject({ code: 400 })
  const reply = await call('POST', REQUESTS, { body })
  expect(reply.code).toBe(201)
  expect(reply.body).not.toHaveProperty('metadata.odd')
})

test('a status that does not fit its schema is refused', async () => {
  await create({})
  const reply = await call('PATCH', `${REQUESTS}/rr-1/status`, {
    body: { status: { startTime: 'today' } },
    headers: { 'content-type': 'application/merge-patch+json' },
  })
  expect(reply).toMatchObject({ code: 422, body: { details: { causes: [{ field: 'status.startTime' }] } } })
})
