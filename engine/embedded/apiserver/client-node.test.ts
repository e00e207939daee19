import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  V1ConfigMap,
  V1Namespace,
  VersionApi,
  Watch,
  ApiException,
} from '@kubernetes/client-node'
import { parse } from 'yaml'

import type { ApiServer } from './api-server.ts'
import { manifestText, remediationRequest, startCluster } from './testing/cluster.ts'

let cluster: ApiServer
let config: KubeConfig

beforeEach(async () => {
  cluster = await startCluster({ crds: [parse(manifestText)] })
  const { server, ca = '', token = '' } = cluster.connection
  config = new KubeConfig()
  config.loadFromOptions({
    clusters: [{ name: 'box', server, caData: Buffer.from(ca).toString('base64') }],
    users: [{ name: 'box', token }],
    contexts: [{ name: 'box', cluster: 'box', user: 'box' }],
    currentContext: 'box',
  })
})
afterEach(() => cluster.close())

const TYPE = { group: 'remediation.kubernaut.io', version: 'v1alpha1', plural: 'remediationrequests' }
const PLACE = { ...TYPE, namespace: 'shop' }

test('core objects can be created, listed, patched and deleted', async () => {
  const core = config.makeApiClient(CoreV1Api)
  await core.createNamespace({ body: Object.assign(new V1Namespace(), { metadata: { name: 'cart' } }) })
  const map = await core.createNamespacedConfigMap({
    namespace: 'cart',
    body: Object.assign(new V1ConfigMap(), { metadata: { name: 'c' }, data: { a: '1' } }),
  })
  expect(map.metadata?.creationTimestamp).toBeInstanceOf(Date)
  const patched = await core.patchNamespacedConfigMap(
    { namespace: 'cart', name: 'c', body: { data: { b: '2' } } },
    setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
  )
  expect(patched.data).toEqual({ a: '1', b: '2' })
  const { items } = await core.listNamespacedConfigMap({
    namespace: 'cart',
    fieldSelector: 'metadata.name=c',
  })
  expect(items.map(({ metadata }) => metadata?.name)).toEqual(['c'])
  await core.deleteNamespacedConfigMap({ namespace: 'cart', name: 'c' })
  const removed = await core.deleteNamespace({ name: 'cart' })
  expect(removed.status).toMatchObject({ phase: 'Terminating' })
})

test('custom objects can be created, replaced, patched and deleted', async () => {
  const api = config.makeApiClient(CustomObjectsApi)
  const made = (await api.createNamespacedCustomObject({ ...PLACE, body: remediationRequest('a') })) as {
    spec: object
  }
  await api.replaceNamespacedCustomObject({
    ...PLACE,
    name: 'a',
    body: { ...made, spec: { ...made.spec, severity: 'info' } },
  })
  const operations = [{ op: 'add', path: '/status', value: { overallPhase: 'Done' } }]
  await api.patchNamespacedCustomObjectStatus({ ...PLACE, name: 'a', body: operations })
  await api.patchNamespacedCustomObject(
    {
      ...PLACE,
      name: 'a',
      body: { ...remediationRequest('a', { priority: 'P1' }) },
      fieldManager: 'me',
      force: true,
    },
    setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply),
  )
  const list = (await api.listCustomObjectForAllNamespaces(TYPE)) as { items: unknown[] }
  expect(list.items).toMatchObject([
    { spec: { severity: 'critical', priority: 'P1' }, status: { overallPhase: 'Done' } },
  ])
  await api.deleteNamespacedCustomObject({ ...PLACE, name: 'a' })
  const gone: unknown = await api
    .getNamespacedCustomObject({ ...PLACE, name: 'a' })
    .catch((error: unknown) => error)
  expect(gone).toBeInstanceOf(ApiException)
  expect((gone as ApiException<unknown>).code).toBe(404)
})

test('a watch brings what happens', async () => {
  const seen: unknown[] = []
  const path = `/apis/${TYPE.group}/${TYPE.version}/${TYPE.plural}`
  const request = await new Promise<AbortController>((resolve, reject) => {
    const started: Promise<AbortController> = new Watch(config).watch(
      path,
      {},
      (phase, object: { metadata: { name: string } }) => {
        seen.push([phase, object.metadata.name])
        if (seen.length === 1) cluster.objects.delete(TYPE, { namespace: 'shop', name: 'a' })
        if (seen.length === 2) started.then(resolve, reject)
      },
      () => undefined,
    )
    cluster.objects.create(remediationRequest('a'))
  })
  request.abort()
  expect(seen).toEqual([
    ['ADDED', 'a'],
    ['DELETED', 'a'],
  ])
})

test('the version can be asked', async () => {
  expect(await config.makeApiClient(VersionApi).getCode()).toMatchObject({ major: '1' })
})
