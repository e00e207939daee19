import { expect, test } from 'vitest'
import { ForwardError } from './forward-error.ts'
import { readyPod } from './ready-pod.ts'
import type { KubeClient, KubeObject, ListOptions } from './types.ts'

interface PodShape {
  readonly name: string
  readonly created?: string
  readonly phase?: string
  readonly ready?: boolean
  readonly deleted?: boolean
  readonly restarts?: readonly number[]
}

function pod({ name, created = '2025-01-01T00:00:00Z', phase = 'Running', ...rest }: PodShape): KubeObject {
  const { ready = true, deleted = false, restarts = [] } = rest
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'system',
      uid: `uid-${name}`,
      creationTimestamp: created,
      ...(deleted ? { deletionTimestamp: created } : {}),
    },
    status: {
      phase,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: restarts.map((restartCount) => ({ restartCount })),
    },
  }
}

/** A client that knows nothing but these pods. */
function clientWith(...pods: readonly PodShape[]) {
  const asked: unknown[] = []
  const refuse = (): Promise<never> => Promise.reject(new Error('not asked for here'))
  const client: KubeClient = {
    list: (type, options?: ListOptions) => {
      asked.push([type.plural, options])
      return Promise.resolve({ items: pods.map(pod), resourceVersion: '1' })
    },
    get: refuse,
    create: refuse,
    replace: refuse,
    patch: refuse,
    delete: refuse,
    close: () => undefined,
  }
  return { client, asked }
}

const query = { namespace: 'system', labelSelector: 'app=gateway' }

test('the newest ready pod is found, with its restarts counted over its containers', async () => {
  const { client, asked } = clientWith(
    { name: 'old' },
    { name: 'new', created: '2025-01-02T00:00:00Z', restarts: [1, 2] },
    { name: 'newer-not-ready', created: '2025-01-03T00:00:00Z', ready: false },
    { name: 'newest-terminating', created: '2025-01-04T00:00:00Z', deleted: true },
  )
  expect(await readyPod(client, query)).toEqual({
    namespace: 'system',
    name: 'new',
    uid: 'uid-new',
    restarts: 3,
  })
  expect(asked).toEqual([['pods', query]])
})

test('when none is ready, the error tells what there is', async () => {
  const { client } = clientWith(
    { name: 'a', phase: 'Pending', ready: false },
    { name: 'b', ready: false },
    { name: 'c', deleted: true },
  )
  const error = await readyPod(client, query).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ForwardError)
  expect((error as Error).message).toBe(
    'no ready pod for app=gateway in system: there is a pending, b running but not ready, c terminating',
  )
  await expect(readyPod(clientWith().client, query)).rejects.toThrow(
    'no ready pod for app=gateway in system: there is none',
  )
})
