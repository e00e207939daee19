import { afterEach, beforeEach, describe, expect, test } from 'vitest'
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
  type Reply,
} from './testing/cluster.ts'

let cluster: ApiServer
let call: Call

beforeEach(async () => {
  cluster = await startCluster({ crds: [parse(manifestText)] })
  call = caller(cluster)
})
afterEach(() => cluster.close())

const MAPS = '/api/v1/namespaces/shop/configmaps'
const RR1 = `${REQUESTS}/rr-1`

function create(name = 'rr-1', spec = {}, meta = {}): Promise<Reply> {
  return call('POST', REQUESTS, { body: remediationRequest(name, spec, meta) })
}

function merge(path: string, body: unknown): Promise<Reply> {
  return call('PATCH', path, { body, headers: { 'content-type': 'application/merge-patch+json' } })
}

function meta({ body }: Reply): Readonly<Record<string, unknown>> {
  return (body as { metadata: Readonly<Record<string, unknown>> }).metadata
}

describe('creating', () => {
  test('gives uid, creation time, revision and generation', async () => {
    const reply = await create()
    expect(meta(reply)).toMatchObject({
      uid: expect.stringMatching(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      ) as string,
      creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      resourceVersion: expect.stringMatching(/^\d+$/) as string,
      generation: 1,
    })
  })

  test('completes a generated name', async () => {
    const { apiVersion, kind, spec } = remediationRequest('')
    const reply = await call('POST', REQUESTS, {
      body: { apiVersion, kind, spec, metadata: { generateName: 'rr-' } },
    })
    expect(meta(reply)['name']).toMatch(/^rr-[a-z0-9]{5}$/)
  })

  test('an existing name is a 409', async () => {
    await create()
    expect(await create()).toMatchObject({
      code: 409,
      body: {
        reason: 'AlreadyExists',
        message: 'remediationrequests.remediation.kubernaut.io "rr-1" already exists',
        details: { name: 'rr-1', group: 'remediation.kubernaut.io', kind: 'remediationrequests' },
      },
    })
  })

  test('in a namespace that is not there is a 404 about the namespace', async () => {
    const path = REQUESTS.replace('shop', 'gone')
    const body = remediationRequest('rr-1', {}, { namespace: 'gone' })
    expect(await call('POST', path, { body })).toMatchObject({
      code: 404,
      body: { reason: 'NotFound', message: 'namespaces "gone" not found', details: { kind: 'namespaces' } },
    })
  })

  test.each([
    ['another namespace than the path', { namespace: 'other' }],
    ['labels that are no texts', { labels: { a: 1 } }],
  ])('with %s is a 400', async (_what, metadata) => {
    expect(await create('rr-1', {}, metadata)).toMatchObject({ code: 400, body: { reason: 'BadRequest' } })
  })

  test('with a resourceVersion is a 500, as on the real server', async () => {
    expect(await create('rr-1', {}, { resourceVersion: '5' })).toMatchObject({ code: 500 })
  })

  test.each([
    ['an upper-case name', { name: 'RR' }, 'metadata.name'],
    ['a name that is too long', { name: 'a'.repeat(254) }, 'metadata.name'],
    ['no name', { name: '' }, 'metadata.name'],
    ['a label value that is too long', { labels: { a: 'x'.repeat(64) } }, 'metadata.labels'],
    ['a label key that is none', { labels: { 'a b': 'x' } }, 'metadata.labels'],
  ])('with %s is a 422', async (_what, metadata, field) => {
    expect(await create('rr-1', {}, metadata)).toMatchObject({
      code: 422,
      body: { reason: 'Invalid', details: { causes: [{ field }] } },
    })
  })

  test('of another kind than the path is a 400', async () => {
    expect(await call('POST', MAPS, { body: remediationRequest('rr-1') })).toMatchObject({ code: 400 })
  })

  test('for a dry run checks everything and stores nothing', async () => {
    const dry = `${REQUESTS}?dryRun=All`
    expect(await call('POST', dry, { body: remediationRequest('rr-1') })).toMatchObject({ code: 201 })
    expect(await call('POST', dry, { body: remediationRequest('rr-1', { severity: 'x' }) })).toMatchObject({
      code: 422,
    })
    expect(await call('GET', RR1)).toMatchObject({ code: 404 })
    expect(await call('POST', `${REQUESTS}?dryRun=Some`, { body: remediationRequest('a') })).toMatchObject({
      code: 400,
    })
  })

  test('leaves the status of the client out', async () => {
    const body = { ...remediationRequest('rr-1'), status: { overallPhase: 'Done' } }
    expect((await call('POST', REQUESTS, { body })).body).not.toHaveProperty('status')
    const pod = { metadata: { name: 'web' }, status: { phase: 'Running' } }
    const pods = await call('POST', '/api/v1/namespaces/shop/pods', { body: pod })
    expect(pods).toMatchObject({ code: 201, body: { status: { phase: 'Pending' } } })
  })

  test('writes stringData of a secret as data', async () => {
    const body = { metadata: { name: 's' }, stringData: { a: 'b' }, data: { c: 'ZA==' } }
    const reply = await call('POST', '/api/v1/namespaces/shop/secrets', { body })
    expect(reply.body).toMatchObject({ data: { a: 'Yg==', c: 'ZA==' } })
    expect(reply.body).not.toHaveProperty('stringData')
  })
})

describe('changing', () => {
  test('the whole object needs its latest revision', async () => {
    const made = (await create()).body as { metadata: object; spec: object }
    const warned = { ...made, spec: { ...made.spec, severity: 'warning' } }
    const first = await call('PUT', RR1, { body: warned })
    expect(first).toMatchObject({ code: 200, body: { spec: { severity: 'warning' } } })
    expect(await call('PUT', RR1, { body: warned })).toMatchObject({
      code: 409,
      body: { reason: 'Conflict', details: { name: 'rr-1' } },
    })
    const { resourceVersion: _, ...metadata } = made.metadata as { resourceVersion: string }
    expect(await call('PUT', RR1, { body: { ...made, metadata } })).toMatchObject({
      code: 422,
      body: { details: { causes: [{ field: 'metadata.resourceVersion' }] } },
    })
  })

  test('counts the generation for the spec only', async () => {
    await create()
    expect(meta(await merge(RR1, { metadata: { labels: { a: 'b' } } }))).toMatchObject({ generation: 1 })
    expect(meta(await merge(`${RR1}/status`, { status: { overallPhase: 'Done' } }))).toMatchObject({
      generation: 1,
    })
    expect(meta(await merge(RR1, { spec: { severity: 'info' } }))).toMatchObject({ generation: 2 })
  })

  test('nothing leaves the revision as it is', async () => {
    const made = await create()
    expect((await merge(RR1, { spec: { severity: 'critical' } })).body).toEqual(made.body)
  })

  test('the object leaves its status alone, and the status nothing else', async () => {
    await create()
    const done = await merge(`${RR1}/status`, {
      spec: { severity: 'info' },
      status: { overallPhase: 'Done' },
    })
    expect(done).toMatchObject({
      code: 200,
      body: { spec: { severity: 'critical' }, status: { overallPhase: 'Done' } },
    })
    const put = { ...(done.body as object), status: { overallPhase: 'Other' } }
    expect(await call('PUT', RR1, { body: put })).toMatchObject({
      body: { status: { overallPhase: 'Done' } },
    })
    expect(await call('PUT', `${RR1}/status`, { body: put })).toMatchObject({
      body: { status: { overallPhase: 'Other' } },
    })
    expect(await call('GET', `${RR1}/status`)).toMatchObject({ body: { status: { overallPhase: 'Other' } } })
  })

  test('cannot change who the object is', async () => {
    const made = (await create()).body as { metadata: object }
    const put = (metadata: object): Promise<Reply> =>
      call('PUT', RR1, { body: { ...made, metadata: { ...made.metadata, ...metadata } } })
    expect(await put({ name: 'rr-2' })).toMatchObject({ code: 400 })
    expect(await put({ namespace: 'other' })).toMatchObject({ code: 400 })
    expect(await put({ uid: 'other' })).toMatchObject({ code: 409 })
    expect(meta(await put({ creationTimestamp: '2000-01-01T00:00:00Z', labels: { a: 'b' } }))).toMatchObject({
      creationTimestamp: meta({ body: made } as Reply)['creationTimestamp'],
      labels: { a: 'b' },
    })
  })

  test('an object that is not there is a 404', async () => {
    expect(await merge(RR1, {})).toMatchObject({ code: 404, body: { details: { name: 'rr-1' } } })
    expect(await call('PUT', RR1, { body: remediationRequest('rr-1') })).toMatchObject({ code: 404 })
  })
})

describe('deleting', () => {
  test('an object answers with a success that names it', async () => {
    const { uid } = meta(await create())
    expect(await call('DELETE', RR1)).toMatchObject({
      code: 200,
      body: { status: 'Success', details: { name: 'rr-1', kind: 'remediationrequests', uid } },
    })
    expect(await call('DELETE', RR1)).toMatchObject({ code: 404 })
  })

  test('an object with finalizers waits for them', async () => {
    await create('rr-1', {}, { finalizers: ['a/b'] })
    const marked = await call('DELETE', RR1)
    expect(meta(marked)).toMatchObject({ deletionTimestamp: expect.any(String) as string, generation: 2 })
    expect(meta(await call('DELETE', RR1))).toEqual(meta(marked))
    expect(await merge(RR1, { metadata: { finalizers: ['a/b', 'c/d'] } })).toMatchObject({ code: 422 })
    expect(await merge(RR1, { metadata: { finalizers: null } })).toMatchObject({ code: 200 })
    expect(await call('GET', RR1)).toMatchObject({ code: 404 })
  })

  test('respects preconditions', async () => {
    const { uid, resourceVersion } = meta(await create())
    const when = (preconditions: object): Promise<Reply> => call('DELETE', RR1, { body: { preconditions } })
    expect(await when({ uid: 'other' })).toMatchObject({ code: 409 })
    expect(await when({ resourceVersion: '1' })).toMatchObject({ code: 409 })
    expect(await when({ uid, resourceVersion })).toMatchObject({ code: 200 })
  })

  test('for a dry run leaves the object', async () => {
    await create()
    expect(await call('DELETE', `${RR1}?dryRun=All`)).toMatchObject({
      code: 200,
      body: { status: 'Success' },
    })
    expect(await call('GET', RR1)).toMatchObject({ code: 200 })
  })

  test('takes along what the object owned, unless told to orphan it', async () => {
    for (const [policy, left] of [
      ['Background', 404],
      ['Orphan', 200],
    ] as const) {
      const { uid } = meta(await create(`rr-${policy.toLowerCase()}`))
      const name = `owned-${policy.toLowerCase()}`
      const ownerReferences = [{ apiVersion: 'v1', kind: 'X', name: 'rr', uid }]
      await call('POST', MAPS, { body: { metadata: { name, ownerReferences } } })
      await call('DELETE', `${REQUESTS}/rr-${policy.toLowerCase()}`, { body: { propagationPolicy: policy } })
      expect(await call('GET', `${MAPS}/${name}`)).toMatchObject({ code: left })
    }
  })

  test('a collection takes what the selector fits', async () => {
    for (const name of ['a', 'b', 'c']) await create(name, {}, { labels: { odd: String(name !== 'b') } })
    expect(await call('DELETE', `${REQUESTS}?labelSelector=odd=true`)).toMatchObject({ code: 200 })
    expect(await call('GET', ALL_REQUESTS)).toMatchObject({ body: { items: [{ metadata: { name: 'b' } }] } })
  })
})

test('a kind without namespaces and without a status of its own keeps what is written', async () => {
  const text = manifestText
    .replace('scope: Namespaced', 'scope: Cluster')
    .replace(/ +subresources:\n +status: \{\}\n/, '')
  const other = await startCluster({ crds: [parse(text)] })
  const { apiVersion, kind, spec } = remediationRequest('')
  const body = { apiVersion, kind, spec, metadata: { name: 'rr-1' }, status: { overallPhase: 'Done' } }
  const ask = caller(other)
  expect(await ask('POST', ALL_REQUESTS, { body })).toMatchObject({
    code: 201,
    body: { status: body.status },
  })
  expect(await ask('GET', `${ALL_REQUESTS}/rr-1`)).toMatchObject({ code: 200 })
  expect(await ask('GET', `${ALL_REQUESTS}/rr-1/status`)).toMatchObject({ code: 404 })
  expect(await ask('GET', REQUESTS)).toMatchObject({ code: 404 })
  await other.close()
})

describe('objects without HTTP', () => {
  const TYPE = { group: '', version: 'v1', plural: 'pods' }
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop' } }

  test('may be made with a status, and are found by selectors', () => {
    cluster.objects.create({ ...pod, status: { phase: 'Running' } })
    expect(cluster.objects.get(TYPE, pod.metadata)).toMatchObject({ status: { phase: 'Running' } })
    expect(cluster.objects.list(TYPE, { fieldSelector: 'status.phase=Running' })).toHaveLength(1)
    expect(cluster.objects.list(TYPE, { namespace: 'other' })).toEqual([])
    cluster.objects.setStatus(TYPE, pod.metadata, { phase: 'Failed' })
    expect(cluster.objects.list(TYPE, { fieldSelector: 'status.phase=Running' })).toEqual([])
    cluster.objects.delete(TYPE, pod.metadata)
    expect(cluster.objects.get(TYPE, pod.metadata)).toBeUndefined()
  })

  test('obey the same rules', () => {
    expect(() => cluster.objects.create({ ...pod, kind: 'Nothing' })).toThrow(/could not find/)
    expect(() => cluster.objects.create({ ...pod, metadata: { name: 'web' } })).toThrow(
      /namespaces "" not found/,
    )
    expect(() => cluster.objects.delete(TYPE, pod.metadata)).toThrow(/pods "web" not found/)
  })
})

test('the revision rises with every write to anything', async () => {
  const revisions = []
  for (const name of ['a', 'b']) {
    revisions.push(Number(meta(await create(name))['resourceVersion']))
    revisions.push(
      Number(meta(await call('POST', MAPS, { body: { metadata: { name } } }))['resourceVersion']),
    )
  }
  expect(revisions).toEqual([...revisions].sort((a, b) => a - b))
  expect(new Set(revisions).size).toBe(4)
  expect(await call('GET', ALL_REQUESTS)).toMatchObject({
    body: { metadata: { resourceVersion: String(revisions[3]) } },
  })
})
