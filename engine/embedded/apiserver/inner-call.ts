import type { ResourceType } from '../../cluster/types.ts'
import type { ApiRequest } from './api-request.ts'
import { Dropped } from './interception.ts'
import type { Resources, Verb } from './resource.ts'
import { selection } from './selectors.ts'
import type { ResourceServer } from './serve-resource.ts'
import { noSuchPath } from './status-error.ts'
import { targetOf, writeOptions } from './write-options.ts'

/** A question of somebody in the same process. */
export interface InnerCall {
  readonly verb: Extract<Verb, 'get' | 'list' | 'create' | 'update'>
  readonly type: Pick<ResourceType, 'group' | 'version' | 'plural'>
  readonly namespace?: string | undefined
  /** Of what is read or replaced. */
  readonly name?: string | undefined
  readonly labelSelector?: string | undefined
  readonly fieldSelector?: string | undefined
  /** What is created or put in place. */
  readonly body?: unknown
  /** By this name faults know who asks. */
  readonly userAgent: string
}

/**
 * Does what the request over HTTP would do, faults included, without the bytes: resolves with the object, or with the
 * items of a list, as frozen copies. Rejects with `StatusError`, with `Dropped` when a fault resets the connection, and
 * with the reason of `limit`, which is asked for only where a fault may take its time.
 */
export async function callWithin(
  server: ResourceServer & { readonly resources: Resources },
  call: InnerCall,
  limit: () => AbortSignal,
): Promise<unknown> {
  const request = requestOf(server.resources, call)
  const { interception } = server
  const intervention = interception.isIdle ? {} : await interception.meet(request, limit())
  const answer = done(server, request, call.body)
  if (intervention.drop === 'reply') throw new Dropped('a fault dropped the reply')
  return answer
}

/** What is stored is never changed, only replaced; so one copy of it does for everybody who asks. */
const copies = new WeakMap<object, unknown>()

function copyOf(stored: object): unknown {
  const known = copies.get(stored)
  if (known !== undefined) return known
  const copy: unknown = JSON.parse(JSON.stringify(stored), (_, value: unknown) => Object.freeze(value))
  copies.set(stored, copy)
  return copy
}

function requestOf(resources: Resources, call: InnerCall): ApiRequest {
  const { verb, type, namespace, name, labelSelector = '', fieldSelector = '', userAgent } = call
  const resource = resources.find(type)
  if (resource === undefined) throw noSuchPath()
  const query = new URLSearchParams({ labelSelector, fieldSelector })
  return { verb, resource, namespace, name, subresource: undefined, query, userAgent }
}

function done({ objects }: ResourceServer, request: ApiRequest, body: unknown): unknown {
  const { verb, resource, namespace, query } = request
  if (verb === 'get') return copyOf(objects.get(targetOf(request)))
  if (verb === 'list') return objects.store.list(resource, namespace, selection(resource, query)).map(copyOf)
  const given: unknown = JSON.parse(JSON.stringify(body))
  const options = writeOptions(request)
  const { object } =
    verb === 'create'
      ? objects.create(resource, namespace, given, options)
      : objects.replace(targetOf(request), given, options)
  return copyOf(object)
}
