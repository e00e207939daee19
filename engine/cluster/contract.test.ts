import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ApiException,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  KubernetesObjectApi,
  Log,
  PatchStrategy,
  setHeaderOptions,
  V1ConfigMap,
  Watch,
} from '@kubernetes/client-node'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { valueAt } from '../base/json.ts'
import { has, runTool } from '../e2e/testing/tool.ts'
import { until } from '../e2e/testing/until.ts'
import { createKubeClient, type RestKubeClient } from './client.ts'
import { openForward, type Forward } from './port-forward.ts'
import { readyPod } from './ready-pod.ts'
import { REMEDIATION } from '../embedded/apiserver/testing/cluster.ts'
import { CONFIG_MAPS, NAMESPACES } from './resource-path.ts'
import { askerOf, watchToItsEnd, type Ask, type Question } from './testing/ask.ts'
import { FIRST_WORDS, PORT, standOnCluster, standOnEmbedded, type Ground } from './testing/ground.ts'
import type { KubeObject, ResourceType } from './types.ts'
import { createWatchHub } from './watch-hub.ts'

const REQUESTS: ResourceType = {
  group: 'remediation.kubernaut.io',
  version: 'v1alpha1',
  plural: 'remediationrequests',
  kind: 'RemediationRequest',
  namespaced: true,
}
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io'
const MERGE = 'application/merge-patch+json'
const STRATEGIC = 'application/strategic-merge-patch+json'
const OPERATIONS = 'application/json-patch+json'
const KUBECONFIG = process.env['GWSCEN_TEST_KUBECONFIG']
const MIB = 1024 * 1024

/** The same API, promised by our own server and kept by the real one: where they differ, the sandbox lies. */
describe.each([
  { name: 'embedded', isThere: true, stand: standOnEmbedded },
  {
    name: 'a real cluster',
    isThere: KUBECONFIG !== undefined,
    stand: () => standOnCluster(KUBECONFIG ?? ''),
  },
])('$name', ({ isThere, stand }) => {
  let ground: Ground
  let client: RestKubeClient
  let forward: Forward
  let ask: Ask
  beforeAll(async () => {
    if (!isThere) return
    ground = await stand()
    client = createKubeClient(ground.connection, { clock: systemClock })
    ask = askerOf(ground.connection)
    forward = await openForward({
      connection: ground.connection,
      clock: systemClock,
      port: PORT,
      lingerMs: 20_000,
      pods: () => readyPod(client, { namespace: ground.namespace, labelSelector: 'app=talker' }),
    })
  }, 120_000)
  afterAll(async () => {
    if (!isThere) return
    await forward.close()
    client.close()
    await ground.close()
  }, 60_000)

  const map = (name: string, data: Record<string, string>, more = {}): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: ground.namespace, name, ...more },
    data,
  })

  const request = (name: string, spec = {}, more = {}): KubeObject => ({
    apiVersion: 'remediation.kubernaut.io/v1alpha1',
    kind: 'RemediationRequest',
    metadata: { namespace: ground.namespace, name, ...more },
    spec: { ...REMEDIATION, ...spec },
  })
  /** Another one after it was replaced. */
  const talker = async (): Promise<string> =>
    (await readyPod(client, { namespace: ground.namespace, labelSelector: 'app=talker' })).name
  const maps = (rest = ''): string => `/api/v1/namespaces/${ground.namespace}/configmaps${rest}`
  const requests = (rest = ''): string =>
    `/apis/${REQUESTS.group}/${REQUESTS.version}/namespaces/${ground.namespace}/remediationrequests${rest}`
  const namesOf = (list: unknown): readonly unknown[] => {
    const items = valueAt(list, ['items'])
    return Array.isArray(items) ? items.map((item) => valueAt(item, ['metadata', 'name'])) : []
  }

  describe.skipIf(!isThere)('a request that cannot be done', () => {
    const refusals: readonly {
      readonly title: string
      readonly ask: () => readonly [string, string, Question?]
      readonly status: number
      readonly reason?: string
      readonly says?: RegExp
    }[] = [
      {
        title: 'a body that is not JSON',
        ask: () => ['POST', maps(), { body: '{"kind": ' }],
        ...{ status: 400, reason: 'BadRequest' },
      },
      {
        title: 'a body of a type that nobody reads',
        ask: () => ['POST', maps(), { body: 'x', type: 'text/plain' }],
        ...{ status: 415, reason: 'UnsupportedMediaType' },
      },
      {
        title: 'an object of another kind',
        ask: () => ['POST', maps(), { body: { ...map('x', {}), kind: 'Secret' } }],
        ...{ status: 400, reason: 'BadRequest' },
      },
      {
        title: 'an object of another namespace',
        ask: () => ['POST', maps(), { body: map('x', {}, { namespace: 'default' }) }],
        ...{ status: 400, reason: 'BadRequest', says: /does not match the namespace/ },
      },
      {
        title: 'an object without a name',
        ask: () => ['POST', maps(), { body: { ...map('', {}) } }],
        ...{ status: 422, reason: 'Invalid', says: /name or generateName is required/ },
      },
      {
        title: 'a name that is none',
        ask: () => ['POST', maps(), { body: map('No Such Name', {}) }],
        ...{ status: 422, reason: 'Invalid', says: /metadata\.name: Invalid value: "No Such Name"/ },
      },
      {
        title: 'a field of the wrong type',
        ask: () => ['POST', maps(), { body: { ...map('x', {}), data: { a: 1 } } }],
        ...{ status: 400, reason: 'BadRequest' },
      },
      {
        title: 'a label that is none',
        ask: () => ['POST', maps(), { body: map('x', {}, { labels: { a: 'not a label' } }) }],
        ...{ status: 422, reason: 'Invalid', says: /metadata\.labels/ },
      },
      {
        title: 'a new object with a version',
        ask: () => ['POST', maps(), { body: map('x', {}, { resourceVersion: '7' }) }],
        ...{ status: 500, says: /resourceVersion should not be set on objects to be created/ },
      },
      {
        title: 'a replacement of what is not there',
        ask: () => ['PUT', maps('/nothing'), { body: map('nothing', {}) }],
        ...{ status: 404, reason: 'NotFound', says: /^configmaps "nothing" not found$/ },
      },
      {
        title: 'a replacement under another name',
        ask: () => ['PUT', maps('/there'), { body: map('elsewhere', {}) }],
        ...{ status: 400, reason: 'BadRequest', says: /does not match the name on the URL/ },
      },
      {
        title: 'a patch of what is not there',
        ask: () => ['PATCH', maps('/nothing'), { body: {}, type: MERGE }],
        ...{ status: 404, reason: 'NotFound' },
      },
      {
        title: 'a patch of a type that nobody reads',
        ask: () => ['PATCH', maps('/there'), { body: {} }],
        ...{ status: 415, reason: 'UnsupportedMediaType' },
      },
      {
        title: 'a patch whose test fails',
        ask: () => [
          'PATCH',
          maps('/there'),
          { body: [{ op: 'test', path: '/data/a', value: 'other' }], type: OPERATIONS },
        ],
        ...{ status: 422, reason: 'Invalid' },
      },
      {
        title: 'a patch of a stale version',
        ask: () => ['PATCH', maps('/there'), { body: { metadata: { resourceVersion: '1' } }, type: MERGE }],
        ...{ status: 409, reason: 'Conflict', says: /the object has been modified/ },
      },
      {
        title: 'a strategic patch of a custom resource',
        ask: () => ['PATCH', requests('/there'), { body: {}, type: STRATEGIC }],
        ...{ status: 415, reason: 'UnsupportedMediaType' },
      },
      {
        title: 'a replacement of a custom resource without a version',
        ask: () => ['PUT', requests('/there'), { body: request('there') }],
        ...{
          status: 422,
          reason: 'Invalid',
          says: /metadata\.resourceVersion: Invalid value: .*must be specified for an update/,
        },
      },
      {
        title: 'a value that is not allowed, and a field that is missing',
        ask: () => ['POST', requests(), { body: request('x', { severity: 'bad', signalName: undefined }) }],
        ...{ status: 422, reason: 'Invalid', says: /spec\.severity: Unsupported value: "bad"/ },
      },
      {
        title: 'an unknown field, strictly',
        ask: () => ['POST', requests('?fieldValidation=Strict'), { body: request('x', { severty: 'x' }) }],
        ...{ status: 400, reason: 'BadRequest', says: /unknown field "spec\.severty"/ },
      },
      {
        title: 'a deletion of another uid',
        ask: () => ['DELETE', maps('/there'), { body: { preconditions: { uid: 'another' } } }],
        ...{ status: 409, reason: 'Conflict', says: /UID in (the )?precondition/ },
      },
      {
        title: 'a deletion of what is not there',
        ask: () => ['DELETE', maps('/nothing')],
        ...{ status: 404, reason: 'NotFound' },
      },
      {
        title: 'a label selector that is none',
        ask: () => ['GET', maps('?labelSelector=a%3D%3D%3Db')],
        ...{ status: 400, reason: 'BadRequest' },
      },
      {
        title: 'a field selector of a field that is none',
        ask: () => ['GET', maps('?fieldSelector=data.a%3D1')],
        ...{
          status: 400,
          reason: 'BadRequest',
          says: /field label not supported|not a known field selector/,
        },
      },
      {
        title: 'a page that nobody gave',
        ask: () => ['GET', maps('?limit=1&continue=nonsense')],
        ...{ status: 400, reason: 'BadRequest' },
      },
      {
        title: 'a kind that is not there',
        ask: () => ['GET', `/api/v1/namespaces/${ground.namespace}/nothings`],
        ...{ status: 404, says: /the server could not find the requested resource|404 page not found/ },
      },
      {
        title: 'a method that is not there',
        ask: () => ['POST', maps('/there'), { body: map('there', {}) }],
        ...{ status: 405, reason: 'MethodNotAllowed' },
      },
      {
        title: 'a list of a time that has not come',
        ask: () => ['GET', maps('?resourceVersion=999999999999&resourceVersionMatch=NotOlderThan')],
        ...{ status: 504, reason: 'Timeout', says: /Too large resource version/ },
      },
      {
        title: 'a watch of a version that is no number',
        ask: () => ['GET', maps('?watch=1&resourceVersion=yesterday')],
        ...{ status: 500, says: /resourceVersion: Invalid value: "yesterday"/ },
      },
      {
        title: 'a list of a version that is no number',
        ask: () => ['GET', maps('?resourceVersion=yesterday')],
        ...{ status: 400, reason: 'BadRequest', says: /invalid resource version/ },
      },
      {
        title: 'logs of a pod that is not there',
        ask: () => ['GET', `/api/v1/namespaces/${ground.namespace}/pods/nothing/log`],
        ...{ status: 404, reason: 'NotFound' },
      },
      {
        title: 'a forward without an upgrade',
        ask: () => ['GET', `/api/v1/namespaces/${ground.namespace}/pods/talker-1/portforward?ports=${PORT}`],
        ...{ status: 400, reason: 'BadRequest', says: /Upgrade request required/ },
      },
    ]
    beforeAll(async () => {
      await client.create(CONFIG_MAPS, map('there', { a: '1' }))
      await client.create(REQUESTS, request('there'))
    })
    test.each(refusals)('$title', async ({ ask: question, status, reason, says = /./ }) => {
      const said = await ask(...question())
      expect(said).toMatchObject({ status, ...(reason === undefined ? {} : { reason }) })
      expect(said.message || said.text).toMatch(says)
    })
  })

  describe.skipIf(!isThere)('rules', () => {
    test('a name is made where only its beginning is given', async () => {
      const { status, body } = await ask('POST', maps(), {
        body: { ...map('', {}), metadata: { generateName: 'made-' } },
      })
      expect(status).toBe(201)
      expect(valueAt(body, ['metadata', 'name'])).toMatch(/^made-[a-z0-9]{5}$/)
    })

    test('a dry run is judged and not kept', async () => {
      expect(await ask('POST', maps('?dryRun=All'), { body: map('dry', {}) })).toMatchObject({ status: 201 })
      expect(await ask('GET', maps('/dry'))).toMatchObject({ status: 404 })
    })

    test('patches come in four kinds', async () => {
      await client.create(CONFIG_MAPS, map('patched', { a: '1' }, { annotations: { x: 'y' } }))
      const patch = async (type: string, body: unknown, query = '') =>
        (await ask('PATCH', maps(`/patched${query}`), { body, type })).body['data']
      expect(await patch(MERGE, { data: { b: '2' } })).toEqual({ a: '1', b: '2' })
      expect(await patch(STRATEGIC, { data: { a: null, c: '3' } })).toEqual({ b: '2', c: '3' })
      expect(
        await patch(OPERATIONS, [
          { op: 'add', path: '/data/d', value: '4' },
          { op: 'remove', path: '/data/b' },
        ]),
      ).toEqual({ c: '3', d: '4' })
      const applied = { apiVersion: 'v1', kind: 'ConfigMap', data: { e: '5' } }
      expect(await patch('application/apply-patch+yaml', applied, '?fieldManager=me')).toEqual({
        ...{ c: '3', d: '4' },
        e: '5',
      })
    })

    test('what is the same is no change', async () => {
      const made = await client.create(CONFIG_MAPS, map('same', { a: '1' }))
      const again = await client.patch(CONFIG_MAPS, made.metadata, { merge: { data: { a: '1' } } })
      expect(again.metadata.resourceVersion).toBe(made.metadata.resourceVersion)
    })

    test('a status is written by itself, and only a spec makes a generation', async () => {
      const made = await client.create(REQUESTS, { ...request('stated'), status: { overallPhase: 'Early' } })
      expect(made['status']).toBeUndefined()
      expect(made.metadata.generation).toBe(1)
      const done = { status: { overallPhase: 'Done' }, spec: { severity: 'info' } }
      const stated = await client.patch(REQUESTS, made.metadata, { merge: done, status: true })
      expect(stated).toMatchObject({
        metadata: { generation: 1 },
        spec: { severity: 'critical' },
        status: { overallPhase: 'Done' },
      })
      const over = { spec: { priority: 'P0' }, status: { overallPhase: 'Lost' } }
      expect(await client.patch(REQUESTS, made.metadata, { merge: over })).toMatchObject({
        metadata: { generation: 2 },
        status: { overallPhase: 'Done' },
      })
    })

    test('what a schema does not know is left out', async () => {
      const made = await client.create(REQUESTS, request('pruned', { nobodyKnows: 1 }))
      expect(made['spec']).not.toHaveProperty('nobodyKnows')
    })

    test('an object with a finalizer goes when that is gone', async () => {
      const held = map('held', {}, { finalizers: ['gwscen.dev/contract'] })
      const { metadata } = await client.create(CONFIG_MAPS, held)
      await client.delete(CONFIG_MAPS, metadata)
      const going = await client.get(CONFIG_MAPS, metadata)
      expect(going.metadata.deletionTimestamp).toMatch(/^\d{4}-/)
      const more = { metadata: { finalizers: ['gwscen.dev/contract', 'gwscen.dev/other'] } }
      await expect(client.patch(CONFIG_MAPS, metadata, { merge: more })).rejects.toMatchObject({
        status: 422,
      })
      await client.patch(CONFIG_MAPS, metadata, { merge: { metadata: { finalizers: null } } })
      await expect(client.get(CONFIG_MAPS, metadata)).rejects.toMatchObject({ status: 404 })
    })

    test('a namespace that is going takes nothing new, and waits for what is held', async () => {
      const name = `${ground.namespace}-held`
      await client.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
      const held = map('held', {}, { namespace: name, finalizers: ['gwscen.dev/contract'] })
      await client.create(CONFIG_MAPS, held)
      await client.delete(NAMESPACES, { name })
      const late = client.create(CONFIG_MAPS, map('late', {}, { namespace: name }))
      await expect(late).rejects.toMatchObject({ status: 403, reason: 'Forbidden' })
      await expect(late).rejects.toThrow(/because it is being terminated/)
      expect((await client.get(NAMESPACES, { name }))['status']).toMatchObject({ phase: 'Terminating' })
      const let_go = { merge: { metadata: { finalizers: null } } }
      await client.patch(CONFIG_MAPS, held.metadata, let_go)
      await isGone(client, name)
    }, 60_000)

    test('are of labels, names, pages and whole collections', async () => {
      for (const [name, colour] of [
        ['sel-1', 'red'],
        ['sel-2', 'blue'],
        ['sel-3', 'green'],
        ['sel-4', undefined],
      ] as const) {
        const labels = { set: 'sel', ...(colour === undefined ? {} : { colour }) }
        await client.create(CONFIG_MAPS, map(name, {}, { labels }))
      }
      const named = async (query: string) => namesOf((await ask('GET', maps(query))).body)
      const byLabel = (selector: string) => named(`?labelSelector=${encodeURIComponent(selector)}`)
      expect(await byLabel('set=sel,colour in (red,blue)')).toEqual(['sel-1', 'sel-2'])
      expect(await byLabel('set=sel,colour notin (red)')).toEqual(['sel-2', 'sel-3', 'sel-4'])
      expect(await byLabel('set==sel,!colour')).toEqual(['sel-4'])
      expect(await byLabel('set=sel,colour,colour!=green')).toEqual(['sel-1', 'sel-2'])
      expect(await named('?fieldSelector=metadata.name%3Dsel-3')).toEqual(['sel-3'])
      expect(await named('?labelSelector=set%3Dsel&fieldSelector=metadata.name!%3Dsel-3')).toEqual([
        ...['sel-1', 'sel-2', 'sel-4'],
      ])
      const first = await ask('GET', maps('?labelSelector=set%3Dsel&limit=3'))
      expect(namesOf(first.body)).toEqual(['sel-1', 'sel-2', 'sel-3'])
      const next = String(valueAt(first.body, ['metadata', 'continue']))
      const second = await ask('GET', maps(`?labelSelector=set%3Dsel&limit=3&continue=${next}`))
      expect(namesOf(second.body)).toEqual(['sel-4'])
      expect(valueAt(second.body, ['metadata', 'resourceVersion'])).toBe(
        valueAt(first.body, ['metadata', 'resourceVersion']),
      )
      const removed = await ask('DELETE', maps('?labelSelector=set%3Dsel,colour'))
      expect(removed).toMatchObject({ status: 200, body: { kind: 'ConfigMapList' } })
      expect(await byLabel('set=sel')).toEqual(['sel-4'])
    })

    test('pods are found by their phase', async () => {
      const path = `/api/v1/namespaces/${ground.namespace}/pods?fieldSelector=status.phase%3D`
      expect(namesOf((await ask('GET', `${path}Running`)).body)).toEqual(['talker-1'])
      expect(namesOf((await ask('GET', `${path}Failed`)).body)).toEqual([])
    })

    test('a watch goes on from a version', async () => {
      const before = await client.list(CONFIG_MAPS, { namespace: ground.namespace })
      const { metadata } = await client.create(CONFIG_MAPS, map('seen-later', { a: '1' }))
      await client.delete(CONFIG_MAPS, metadata)
      const query = `?watch=1&timeoutSeconds=2&resourceVersion=${before.resourceVersion}`
      const events = await watchToItsEnd(ground.connection, maps(query))
      const own = events.filter(({ object }) => valueAt(object, ['metadata', 'name']) === 'seen-later')
      expect(own.map(({ type }) => type)).toEqual(['ADDED', 'DELETED'])
      const versions = own.map(({ object }) => Number(valueAt(object, ['metadata', 'resourceVersion'])))
      expect(versions[1]).toBeGreaterThan(versions[0] ?? Infinity)
    }, 30_000)

    test('a bookmark says that all that was there has been told', async () => {
      const { metadata } = await client.create(CONFIG_MAPS, map('before-bookmark', {}))
      const all = 'watch=1&allowWatchBookmarks=true&timeoutSeconds=2'
      const initial = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan'
      const events = await watchToItsEnd(ground.connection, maps(`?${all}&${initial}`))
      const mark = events.findIndex(({ type }) => type === 'BOOKMARK')
      expect(events[mark]).toMatchObject({
        object: { kind: 'ConfigMap', metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
      })
      const version = Number(valueAt(events[mark]?.object, ['metadata', 'resourceVersion']))
      expect(version).toBeGreaterThanOrEqual(Number(metadata.resourceVersion))
      const told = events.slice(0, mark)
      expect(told.map(({ object }) => valueAt(object, ['metadata', 'name']))).toContain('before-bookmark')
    }, 30_000)

    test('a watch from what nobody remembers is told that it is too old', async () => {
      await ground.forget(client)
      const events = await watchToItsEnd(
        ground.connection,
        maps('?watch=1&timeoutSeconds=2&resourceVersion=1'),
      )
      expect(events).toMatchObject([
        { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } },
      ])
    }, 60_000)

    test('a watch by label is told of what comes to it and leaves it as added and deleted', async () => {
      const { resourceVersion } = await client.list(CONFIG_MAPS, { namespace: ground.namespace })
      const { metadata } = await client.create(CONFIG_MAPS, map('turns', {}, { labels: { turn: 'out' } }))
      for (const turn of ['in', 'out'])
        await client.patch(CONFIG_MAPS, metadata, { merge: { metadata: { labels: { turn } } } })
      const query = `?watch=1&timeoutSeconds=2&labelSelector=turn%3Din&resourceVersion=${resourceVersion}`
      const events = await watchToItsEnd(ground.connection, maps(query))
      expect(events.map(({ type }) => type)).toEqual(['ADDED', 'DELETED'])
    }, 30_000)

    test('a watch of what is there begins with all of it', async () => {
      const events = await watchToItsEnd(
        ground.connection,
        `/api/v1/namespaces/${ground.namespace}/pods?watch=1&timeoutSeconds=1`,
      )
      expect(events[0]).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'talker-1' } } })
    }, 30_000)

    test('what is asked for as a table is one', async () => {
      await client.create(CONFIG_MAPS, map('rows', { a: '1', b: '2' }))
      const { body } = await ask('GET', maps('?fieldSelector=metadata.name%3Drows'), { accept: TABLE })
      const columns = valueAt(body, ['columnDefinitions']) as readonly { readonly name: string }[]
      expect(columns.filter((column) => !('priority' in column) || column['priority'] === 0)).toMatchObject([
        { name: 'Name', type: 'string', format: 'name' },
        { name: 'Data' },
        { name: 'Age' },
      ])
      const [row] = valueAt(body, ['rows']) as readonly { readonly cells: readonly unknown[] }[]
      expect(row?.cells.slice(0, 2).map(String)).toEqual(['rows', '2'])
      expect(row).toMatchObject({ object: { kind: 'PartialObjectMetadata', metadata: { name: 'rows' } } })
    })

    test('logs can be read from their end', async () => {
      const name = await talker()
      const log = `/api/v1/namespaces/${ground.namespace}/pods/${name}/log`
      expect(await ask('GET', log)).toMatchObject({ status: 200, text: `${FIRST_WORDS}\n` })
      expect((await ask('GET', `${log}?tailLines=0`)).text).toBe('')
      expect(await client.logs({ namespace: ground.namespace, name }, 0)).toContain(FIRST_WORDS)
    })
  })

  describe.skipIf(!isThere)('objects', () => {
    test('are made, read, patched, replaced and removed, and a stale version is refused', async () => {
      const made = await client.create(CONFIG_MAPS, map('one', { a: '1' }))
      const ref = { namespace: ground.namespace, name: 'one' }
      const patched = await client.patch(CONFIG_MAPS, ref, { merge: { data: { b: '2', a: null } } })
      expect(patched['data']).toEqual({ b: '2' })
      expect(patched.metadata.uid).toBe(made.metadata.uid)
      await expect(client.replace(CONFIG_MAPS, { ...made, data: { c: '3' } })).rejects.toMatchObject({
        status: 409,
      })
      await expect(client.create(CONFIG_MAPS, map('one', {}))).rejects.toMatchObject({ status: 409 })
      await client.replace(CONFIG_MAPS, { ...patched, data: { c: '3' } })
      expect((await client.get(CONFIG_MAPS, ref))['data']).toEqual({ c: '3' })
      await client.delete(CONFIG_MAPS, ref)
      await expect(client.get(CONFIG_MAPS, ref)).rejects.toMatchObject({ status: 404 })
    })

    test('are found by label, and kinds by their name', async () => {
      const { namespace } = ground
      await client.create(CONFIG_MAPS, map('red', {}, { labels: { colour: 'red' } }))
      await client.create(CONFIG_MAPS, map('blue', {}, { labels: { colour: 'blue' } }))
      const { items } = await client.list(CONFIG_MAPS, { namespace, labelSelector: 'colour=red' })
      expect(items.map(({ metadata }) => metadata.name)).toEqual(['red'])
      expect(await client.resourceType('v1', 'ConfigMap')).toMatchObject({
        plural: 'configmaps',
        namespaced: true,
      })
      expect(await client.resourceType('nowhere.test/v1', 'Nothing')).toBeUndefined()
    })

    test('that are refused are refused with a reason that can be read', async () => {
      const broken = { ...map('No Such Name', {}) }
      await expect(client.create(CONFIG_MAPS, broken)).rejects.toMatchObject({ status: 422 })
      const nowhere = { ...map('x', {}), metadata: { namespace: 'is-not-there', name: 'x' } }
      await expect(client.create(CONFIG_MAPS, nowhere)).rejects.toMatchObject({ status: 404 })
    })

    test('tell a watch of every state, in order', async () => {
      const hub = createWatchHub({ connection: ground.connection, clock: systemClock })
      const maps = hub.open(CONFIG_MAPS)
      await maps.ready
      const seen: string[] = []
      maps.subscribe(({ event, object }) => {
        if (object.metadata.name === 'watched') seen.push(`${event} ${JSON.stringify(object['data'])}`)
      })
      const ref = { namespace: ground.namespace, name: 'watched' }
      await client.create(CONFIG_MAPS, map('watched', { a: '1' }))
      for (const a of ['2', '3']) await client.patch(CONFIG_MAPS, ref, { merge: { data: { a } } })
      await client.delete(CONFIG_MAPS, ref)
      await until(() => seen.length === 4)
      expect(seen).toEqual([
        'added {"a":"1"}',
        'modified {"a":"2"}',
        'modified {"a":"3"}',
        'deleted {"a":"3"}',
      ])
      hub.close()
    })

    test('go with their namespace', async () => {
      const name = `${ground.namespace}-going`
      await client.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
      await client.create(CONFIG_MAPS, { ...map('x', {}), metadata: { namespace: name, name: 'x' } })
      await client.delete(NAMESPACES, { name })
      await isGone(client, name)
      await expect(client.get(CONFIG_MAPS, { namespace: name, name: 'x' })).rejects.toMatchObject({
        status: 404,
      })
    }, 60_000)
  })

  describe.skipIf(!isThere)('a forward', () => {
    test('carries 200 connections at once, each its own bytes', async () => {
      const replies = await Promise.all(
        Array.from({ length: 200 }, async (_, index) => {
          const socket = open(forward, `take 8\nbytes${String(index).padStart(3, '0')}`)
          return text(socket, 'took bytes000'.length)
        }),
      )
      const expected = replies.map((_, index) => `took bytes${String(index).padStart(3, '0')}`)
      expect(replies).toEqual(expected)
    }, 60_000)

    test('carries 16 MiB either way', async () => {
      const down = open(forward, `send ${16 * MIB}\n`)
      let received = 0
      for await (const chunk of down) received += (chunk as Buffer).length
      expect(received).toBe(16 * MIB)
      const up = open(forward, `take ${16 * MIB}\n`)
      up.write(Buffer.alloc(16 * MIB, 120))
      expect(await text(up, 'took xxxxxxxx'.length)).toBe('took xxxxxxxx')
      up.destroy()
    }, 120_000)

    test('holds no more than it must for a client that does not read', async () => {
      const before = process.memoryUsage().arrayBuffers
      const slow = open(forward, `send ${128 * MIB}\n`)
      slow.pause()
      await systemClock.sleep(1500)
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(48 * MIB)
      slow.destroy()
    }, 60_000)

    test('gives the reply to a client that has ended its half', async () => {
      const socket = open(forward)
      socket.end('take 3\nabc')
      expect(await text(socket, 'took abc'.length)).toBe('took abc')
    }, 60_000)

    test('ends when the pod ends the connection', async () => {
      const socket = open(forward, 'close\n')
      expect(await text(socket, 0)).toBe('bye')
    }, 60_000)

    test('resets the client where nothing listens, and says so', async () => {
      const deaf = await openForward({
        connection: ground.connection,
        clock: systemClock,
        port: 9,
        pods: () => readyPod(client, { namespace: ground.namespace, labelSelector: 'app=talker' }),
      })
      const socket = open(deaf, 'hello')
      await expect(text(socket, 1)).rejects.toMatchObject({ code: 'ECONNRESET' })
      expect(deaf.lastError).toMatch(/\b9\b/)
      await deaf.close()
    }, 60_000)

    test('finds the pod that comes in the place of one that is gone', async () => {
      const [before, epoch] = [forward.target?.uid, forward.epoch]
      await ground.replacePod(client)
      const socket = open(forward, 'take 1\nx')
      expect(await text(socket, 'took x'.length)).toBe('took x')
      expect(forward.target?.uid).not.toBe(before)
      expect(forward.epoch).toBeGreaterThan(epoch)
      socket.destroy()
    }, 120_000)

    test('to no pod at all names what there is', async () => {
      const none = { namespace: ground.namespace, labelSelector: 'app=nobody' }
      await expect(readyPod(client, none)).rejects.toThrow(
        `no ready pod for app=nobody in ${ground.namespace}`,
      )
    })
  })

  describe.skipIf(!isThere || !has('kubectl', 'version', '--client'))('kubectl', () => {
    let home: string
    beforeAll(async () => {
      home = await mkdtemp(join(tmpdir(), 'gwscen-contract-'))
      await writeFile(join(home, 'config'), ground.kubeconfig)
    })
    afterAll(() => rm(home, { recursive: true }))
    const kubectl = async (args: readonly string[], input = '') => {
      const env = { PATH: process.env['PATH'] ?? '', HOME: home, KUBECONFIG: join(home, 'config') }
      const { code, out, err } = await runTool('kubectl', args, { env, cwd: home, input })
      return code === 0 ? out.trim() : `exit ${code}: ${err.trim()}`
    }

    test('applies, gets, waits, labels and deletes', async () => {
      const { namespace } = ground
      const manifest = JSON.stringify(map('by-kubectl', { a: '1' }))
      expect(await kubectl(['apply', '-f', '-'], manifest)).toBe('configmap/by-kubectl created')
      expect(await kubectl(['apply', '-f', '-'], manifest)).toBe('configmap/by-kubectl unchanged')
      const at = ['-n', namespace]
      expect(await kubectl(['get', 'cm', 'by-kubectl', ...at, '-o', 'jsonpath={.data.a}'])).toBe('1')
      expect(await kubectl(['label', 'cm', 'by-kubectl', 'x=y', ...at])).toBe('configmap/by-kubectl labeled')
      const wait = ['wait', 'cm/by-kubectl', '--for=jsonpath={.data.a}=1', '--timeout=10s']
      expect(await kubectl([...wait, ...at])).toBe('configmap/by-kubectl condition met')
      expect(await kubectl(['get', 'cm', 'nothing', ...at])).toMatch(
        /^exit 1: Error from server \(NotFound\)/,
      )
      expect(await kubectl(['delete', 'cm', 'by-kubectl', ...at])).toContain('configmap "by-kubectl" deleted')
      expect(await kubectl(['get', 'pods', ...at, '-o', 'name'])).toMatch(/^pod\/talker/)
    }, 120_000)

    test('prints tables', async () => {
      const at = ['-n', ground.namespace]
      const lines = async (...args: readonly string[]) =>
        (await kubectl([...args, ...at])).split('\n').map((line) => line.trim())
      await client.create(CONFIG_MAPS, map('tabled', { a: '1' }, { labels: { show: 'me' } }))
      await client.create(REQUESTS, request('tabled', {}, { labels: { show: 'me' } }))
      const [header, row, ...none] = await lines('get', 'configmaps', '-l', 'show=me')
      expect(header).toMatch(/^NAME +DATA +AGE$/)
      expect(row).toMatch(/^tabled +1 +\d+m?\d*s$/)
      expect(none).toEqual([])
      const pods = await lines('get', 'pods', '--field-selector', 'status.phase=Running')
      expect(pods[0]).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE$/)
      expect(pods[1]).toMatch(/^talker-\d +1\/1 +Running +0 +\d+/)
      const own = await lines('get', 'remediationrequests', '-l', 'show=me')
      expect(own[0]).toMatch(/^NAME +SEVERITY +STORM +PHASE +AGE$/)
      expect(own[1]).toMatch(/^tabled +critical +\d+/)
      expect(await kubectl(['get', 'ns', ground.namespace])).toMatch(/^NAME +STATUS +AGE\n\S+ +Active +\d+/)
      expect(await lines('get', 'cm', '-l', 'show=nobody')).toEqual([''])
    }, 120_000)

    test('patches, replaces, edits a status, annotates and removes by label', async () => {
      const at = ['-n', ground.namespace]
      await client.create(CONFIG_MAPS, map('changed', { a: '1' }, { labels: { bin: 'yes' } }))
      await client.create(REQUESTS, request('changed', {}, { labels: { bin: 'yes' } }))
      const patch = (...args: readonly string[]) => kubectl(['patch', ...args, ...at])
      expect(await patch('cm', 'changed', '-p', '{"data":{"b":"2"}}')).toBe('configmap/changed patched')
      expect(await patch('cm', 'changed', '--type=json', '-p', '[{"op":"remove","path":"/data/a"}]')).toBe(
        'configmap/changed patched',
      )
      const status = ['--type=merge', '--subresource=status', '-p', '{"status":{"overallPhase":"Done"}}']
      expect(await patch('remediationrequest', 'changed', ...status)).toBe(
        'remediationrequest.remediation.kubernaut.io/changed patched',
      )
      const stale = JSON.stringify(map('changed', {}, { resourceVersion: '1' }))
      expect(await kubectl(['replace', '-f', '-', ...at], stale)).toMatch(
        /^exit 1: Error from server \(Conflict\)/,
      )
      const wrong = JSON.stringify(request('wrong', { severity: 'bad', severty: 'x' }))
      expect(await kubectl(['create', '-f', '-'], wrong)).toMatch(/^exit 1: .*unknown field "spec\.severty"/s)
      expect(await kubectl(['annotate', 'cm', 'changed', 'why=so', ...at])).toBe(
        'configmap/changed annotated',
      )
      expect(await kubectl(['delete', 'cm,remediationrequests', '-l', 'bin=yes', ...at])).toBe(
        'configmap "changed" deleted\nremediationrequest.remediation.kubernaut.io "changed" deleted',
      )
      const server = ['apply', '--server-side', '-f', '-']
      expect(await kubectl(server, JSON.stringify(request('by-server')))).toBe(
        'remediationrequest.remediation.kubernaut.io/by-server serverside-applied',
      )
      expect(await kubectl(['logs', await talker(), ...at])).toBe(FIRST_WORDS)
      expect(await kubectl(['explain', 'remediationrequests.spec.severity'])).toMatch(/ENUM:\s+critical/)
      expect(await kubectl(['auth', 'can-i', 'create', 'configmaps', ...at])).toBe('yes')
    }, 120_000)
  })

  describe.skipIf(!isThere)('client-node', () => {
    let config: KubeConfig
    beforeAll(() => {
      config = new KubeConfig()
      config.loadFromString(ground.kubeconfig)
    })

    test('makes, lists, patches, replaces and removes', async () => {
      const core = config.makeApiClient(CoreV1Api)
      const { namespace } = ground
      const body = Object.assign(new V1ConfigMap(), {
        metadata: { name: 'by-client-node', labels: { by: 'client-node' } },
        data: { a: '1' },
      })
      const made = await core.createNamespacedConfigMap({ namespace, body })
      expect(made.metadata?.creationTimestamp).toBeInstanceOf(Date)
      const { items } = await core.listNamespacedPod({ namespace, labelSelector: 'app=talker' })
      expect(items.map(({ status }) => status?.phase)).toContain('Running')
      const one = { namespace, name: 'by-client-node' }
      const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)
      const patched = await core.patchNamespacedConfigMap({ ...one, body: { data: { b: '2' } } }, merge)
      expect(patched.data).toEqual({ a: '1', b: '2' })
      const stale = core.replaceNamespacedConfigMap({ ...one, body: made })
      expect(await codeOf(stale)).toBe(409)
      await core.deleteCollectionNamespacedConfigMap({ namespace, labelSelector: 'by=client-node' })
      expect(await codeOf(core.readNamespacedConfigMap(one))).toBe(404)
      expect(
        await codeOf(
          core.createNamespacedConfigMap({ namespace, body: map('No', {}) as unknown as V1ConfigMap }),
        ),
      ).toBe(422)
      expect(await core.readNamespacedPodLog({ namespace, name: await talker() })).toContain(FIRST_WORDS)
    }, 60_000)

    test('handles custom objects and any object', async () => {
      const api = config.makeApiClient(CustomObjectsApi)
      const { group, version, plural } = REQUESTS
      const at = { group, version, plural, namespace: ground.namespace }
      await api.createNamespacedCustomObject({ ...at, body: request('by-client-node') })
      const operations = [{ op: 'add', path: '/status', value: { overallPhase: 'Done' } }]
      await api.patchNamespacedCustomObjectStatus({ ...at, name: 'by-client-node', body: operations })
      expect(await api.getNamespacedCustomObject({ ...at, name: 'by-client-node' })).toMatchObject({
        status: { overallPhase: 'Done' },
      })
      await api.deleteNamespacedCustomObject({ ...at, name: 'by-client-node' })
      const any = KubernetesObjectApi.makeApiClient(config)
      const made = await any.create(map('by-any', { a: '1' }) as unknown as V1ConfigMap)
      const { namespace } = ground
      const header = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name: 'by-any' } }
      expect((await any.read<V1ConfigMap>(header)).data).toEqual({ a: '1' })
      await any.delete(made)
    }, 60_000)

    test('follows a watch and a log', async () => {
      const seen: string[] = []
      const watch = await new Watch(config).watch(
        maps(),
        { labelSelector: 'watched-by=client-node' },
        (phase, object: KubeObject) => seen.push(`${phase} ${object.metadata.name}`),
        () => undefined,
      )
      const { metadata } = await client.create(
        CONFIG_MAPS,
        map('followed', {}, { labels: { 'watched-by': 'client-node' } }),
      )
      await client.delete(CONFIG_MAPS, metadata)
      await until(() => seen.length === 2)
      watch.abort()
      expect(seen).toEqual(['ADDED followed', 'DELETED followed'])
      const log = new PassThrough()
      let written = ''
      log.on('data', (chunk: Buffer) => (written += chunk.toString()))
      const reading = await new Log(config).log(ground.namespace, await talker(), 'talker', log, {
        tailLines: 1,
      })
      await until(() => written.includes(FIRST_WORDS))
      reading.abort()
    }, 60_000)
  })
})

function codeOf(asked: Promise<unknown>): Promise<number | undefined> {
  return asked.then(
    () => undefined,
    (error: unknown) => (error instanceof ApiException ? error.code : -1),
  )
}

async function isGone(client: RestKubeClient, namespace: string): Promise<void> {
  const look = (): Promise<boolean> =>
    client.get(NAMESPACES, { name: namespace }).then(
      () => false,
      () => true,
    )
  for (let tries = 0; !(await look()); tries += 1) {
    if (tries > 120) throw new Error(`${namespace} is still there`)
    await systemClock.sleep(250)
  }
}

function open({ host, port }: Forward, first?: string): Socket {
  const socket = connect({ host, port, allowHalfOpen: true })
  if (first !== undefined) socket.write(first)
  return socket
}

/** What comes until there is so much, or, for 0, until the end. */
async function text(socket: Socket, length: number): Promise<string> {
  let all = ''
  for await (const chunk of socket) {
    all += (chunk as Buffer).toString()
    if (length > 0 && all.length >= length) break
  }
  return all
}
