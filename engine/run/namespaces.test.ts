import { beforeEach, expect, test } from 'vitest'
import { ApiError } from '../cluster/api-error.ts'
import type { KubeClient, KubeObject } from '../cluster/types.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { createNamespaces, removeNamespaces } from './namespaces.ts'

const WISH = { name: 'app', labels: {}, annotations: {}, create: true }
const NAMES = { app: 'app-1' }

/** An API server that is late, or says no. */
class Server {
  readonly there = new Set<string>()
  readonly deleted: string[] = []
  creation: () => Promise<KubeObject> = () => Promise.reject(new Error('not told what to do'))
  /** What deletions are answered before any is done. */
  readonly refusals: Error[] = []

  readonly client = {
    create: () => this.creation(),
    delete: (_: unknown, { name }: { name: string }) => {
      this.deleted.push(name)
      const refusal = this.refusals.shift()
      if (refusal !== undefined) return Promise.reject(refusal)
      if (!this.there.delete(name)) return Promise.reject(notFound())
      return Promise.resolve()
    },
    list: () => Promise.resolve({ items: [...this.there].map((name) => ({ metadata: { name } })) }),
    get: () => Promise.reject(notFound()),
  } as unknown as KubeClient
}

function notFound(): ApiError {
  return apiError(404, 'NotFound')
}

let clock: ManualClock
let server: Server
let stop: AbortController
beforeEach(() => {
  clock = new ManualClock()
  server = new Server()
  stop = new AbortController()
})

const create = (): Promise<void> =>
  createNamespaces([WISH], NAMES, { client: server.client, clock, signal: stop.signal, run: 'r' })

/** Whether it has ended, and with what. */
function removal(): { left: readonly unknown[] | undefined } {
  const state: { left: readonly unknown[] | undefined } = { left: undefined }
  void removeNamespaces(['app-1'], { client: server.client, clock }).then((left) => {
    state.left = left
  })
  return state
}

test('one that was asked for without an answer is waited for as long as it may come, and deleted', async () => {
  server.creation = () => Promise.reject(new Error('no complete reply within 10000 ms'))
  await expect(create()).rejects.toThrow('namespace app-1 cannot be made')
  await clock.advance(10_000)
  const removed = removal()
  await clock.advance(20_000)
  expect(removed.left).toBeUndefined()
  server.there.add('app-1')
  await clock.advance(1000)
  expect(removed.left).toEqual([])
  expect(server.there.size).toBe(0)
})

test('it is waited for no longer than an API server works on a request', async () => {
  server.creation = () => Promise.reject(apiError(504, 'Timeout'))
  await expect(create()).rejects.toThrow('namespace app-1 cannot be made')
  const removed = removal()
  await clock.advance(59_900)
  expect(removed.left).toBeUndefined()
  await clock.advance(600)
  expect(removed.left).toEqual([])
})

test('one that was refused does not come', async () => {
  server.creation = () => Promise.reject(apiError(403, 'Forbidden'))
  await expect(create()).rejects.toThrow('namespace app-1 cannot be made')
  const removed = removal()
  await clock.advance(0)
  expect(removed.left).toEqual([])
  expect(server.deleted).toEqual(['app-1'])
})

test('one whose request was dropped is waited for a moment', async () => {
  server.creation = () => {
    stop.abort(new Error('stopped'))
    return Promise.reject(new Error('aborted'))
  }
  await expect(create()).rejects.toThrow('stopped')
  const removed = removal()
  await clock.advance(400)
  expect(removed.left).toBeUndefined()
  await clock.advance(1000)
  expect(removed.left).toEqual([])
})

test('a deletion that had no answer is tried again', async () => {
  server.there.add('app-1')
  server.refusals.push(new Error('no complete reply within 10000 ms'), apiError(504, 'Timeout'))
  const removed = removal()
  await clock.advance(1000)
  expect(removed.left).toEqual([])
  expect(server.deleted).toHaveLength(3)
})

test('one that was refused is not', async () => {
  server.there.add('app-1')
  server.refusals.push(apiError(403, 'Forbidden'))
  const removed = removal()
  await clock.advance(0)
  expect(removed.left).toMatchObject([{ what: 'namespace app-1' }])
  expect(server.deleted).toHaveLength(1)
})

function apiError(status: number, reason: string): ApiError {
  return new ApiError({ doing: 'POST /api/v1/namespaces', status, reason, explanation: '', body: '' })
}
