import { expect, test } from 'vitest'
import type { KubeClient, KubeObject } from '../../cluster/types.ts'
import { kubeOverClient } from './cluster-kube.ts'
import type { KubeError } from './ports.ts'

const object: KubeObject = { apiVersion: 'v1', kind: 'X', metadata: { name: 'x', namespace: 'a' } }

/** A client that notes its calls; `fail` is what each of them rejects with. */
function fakeClient(fail?: Error): { readonly client: KubeClient; readonly calls: unknown[][] } {
  const calls: unknown[][] = []
  const answer = <T>(value: T, name: string, args: unknown[]): Promise<T> => {
    calls.push([name, ...args])
    return fail === undefined ? Promise.resolve(value) : Promise.reject(fail)
  }
  return {
    calls,
    client: {
      get: (type, ref) => answer(object, 'get', [type.plural, ref]),
      list: (type, options) =>
        answer({ items: [object], resourceVersion: '1' }, 'list', [type.plural, options]),
      create: (type) => answer(object, 'create', [type.plural]),
      replace: (type) => answer(object, 'replace', [type.plural]),
      patch: () => Promise.reject(new Error('not asked for')),
      delete: () => Promise.reject(new Error('not asked for')),
      close: () => undefined,
    },
  }
}

async function rejection(fail: Error): Promise<KubeError> {
  return kubeOverClient(fakeClient(fail).client)
    .getNamespace('a')
    .then(
      () => {
        throw new Error('resolved')
      },
      (error: unknown) => error as KubeError,
    )
}

test('each question is one call', async () => {
  const { client, calls } = fakeClient()
  const kube = kubeOverClient(client)
  const ref = { namespace: 'a', name: 'x' }
  expect(await kube.listRemediationRequests({ labelSelector: 'a=b' })).toEqual([object])
  await kube.getRemediationRequest(ref)
  await kube.createRemediationRequest(object)
  await kube.updateRemediationRequest(object)
  await kube.getNamespace('a')
  await kube.getConfigMap(ref)
  expect(calls).toEqual([
    ['list', 'remediationrequests', { labelSelector: 'a=b' }],
    ['get', 'remediationrequests', ref],
    ['create', 'remediationrequests'],
    ['replace', 'remediationrequests'],
    ['get', 'namespaces', { name: 'a' }],
    ['get', 'configmaps', ref],
  ])
})

test('an answer of the server keeps its status and its own sentence', async () => {
  const details = { explanation: 'namespaces "a" not found' }
  const error = Object.assign(new Error('GET /x: 404 NotFound: …'), { status: 404, details })
  expect(await rejection(error)).toMatchObject({ status: 404, message: 'namespaces "a" not found' })
})

test('a lack of an answer has no status, and the words that retries look for', async () => {
  const error = Object.assign(new Error('POST /x: timed out'), { kind: 'timeout' })
  expect(await rejection(error)).toMatchObject({ status: 0, message: 'POST /x: timed out: timeout' })
})
