import type { IncomingMessage, ServerResponse } from 'node:http'

import { isObject } from '../../base/json.ts'
import type { KubeObject } from '../../cluster/types.ts'
import type { ApiRequest } from './api-request.ts'
import { readObject, readOptions } from './body.ts'
import type { Interception, Intervention, OpenStream } from './interception.ts'
import { listPage } from './listing.ts'
import type { Deletion, Objects, Written } from './objects.ts'
import { servePatch } from './patch/serve-patch.ts'
import { presentation, type Presentation } from './presentation.ts'
import { reply, replyText } from './reply.ts'
import { selection } from './selectors.ts'
import { badRequest, success } from './status-error.ts'
import { Watch } from './watch.ts'
import { isDryRun, targetOf, writeOptions } from './write-options.ts'

export interface ResourceServer {
  readonly objects: Objects
  readonly interception: Interception
  readonly logs: ((pod: KubeObject) => readonly string[]) | undefined
}

export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** What a request comes to: a function that answers, so that a fault may drop the answer. */
type Answer = () => void

/** One request on its way. */
interface Call extends Exchange {
  readonly server: ResourceServer
  readonly api: ApiRequest
  readonly present: Presentation
  readonly intervention: Intervention
}

/** Does what the request asks and returns its answer, unsent. */
export async function serveResource(
  server: ResourceServer,
  api: ApiRequest,
  exchange: Exchange,
  intervention: Intervention,
): Promise<Answer> {
  const { objects } = server
  const accept = exchange.request.headers.accept ?? ''
  const present = presentation(api.resource, accept, api.query, () => objects.store.clock.wall())
  const call: Call = { ...exchange, server, api, present, intervention }
  switch (api.verb) {
    case 'get':
      return readOne(call)
    case 'list':
      return list(call)
    case 'watch':
      return () => openWatch(call)
    case 'create': {
      const body = await readObject(exchange.request)
      return answerWritten(call, objects.create(api.resource, api.namespace, body, writeOptions(api)), 201)
    }
    case 'update': {
      const body = await readObject(exchange.request)
      return answerWritten(call, objects.replace(targetOf(api), body, writeOptions(api)), 200)
    }
    case 'patch': {
      const { created, written } = await servePatch(objects, api, exchange.request)
      return answerWritten(call, written, created ? 201 : 200)
    }
    case 'delete':
      return removeOne(call, await readOptions(exchange.request))
    case 'deletecollection':
      return removeAll(call, await readOptions(exchange.request))
  }
}

function readOne({ server, api, response, present }: Call): Answer {
  const object = server.objects.get(targetOf(api))
  if (api.subresource === 'portforward') throw badRequest('Upgrade request required')
  if (api.subresource !== 'log') return () => reply(response, present.one(object))
  const all = server.logs?.(object) ?? []
  const tail = api.query.get('tailLines')
  const lines = tail === null ? all : all.slice(Math.max(0, all.length - Number(tail)))
  return () => replyText(response, lines.map((line) => `${line}\n`).join(''))
}

function list({ server, api, response, present }: Call): Answer {
  const { resource, namespace, query } = api
  const selected = selection(resource, query)
  const page = listPage(server.objects.store, { resource, namespace, query, selected })
  return () => reply(response, present.page(page))
}

function openWatch({ server, api, response, present, intervention }: Call): void {
  const { resource, namespace, query } = api
  const selected = selection(resource, query)
  const request = { resource, namespace, query, selected, present }
  const watch = new Watch(server.objects.store, request, response)
  const stream: OpenStream = {
    request: api,
    end: (error) => watch.end(error),
    cut: () => void response.destroy(),
    freeze: () => watch.freeze(),
  }
  response.once('close', server.interception.open(stream, intervention))
}

function answerWritten({ response, present }: Call, { object, warnings }: Written, code: number): Answer {
  return () => reply(response, present.one(object), { code, warnings })
}

type Options = Readonly<Record<string, unknown>>

function removeOne({ server, api, response, present }: Call, options: Options): Answer {
  const { object, gone } = server.objects.delete(targetOf(api), deletionOf(options, api.query))
  const { name, uid } = object.metadata
  const done = success({ name, group: api.resource.group, kind: api.resource.plural, uid })
  return () => reply(response, gone ? done : present.one(object))
}

function removeAll({ server, api, response, present }: Call, options: Options): Answer {
  const { objects } = server
  const { resource, namespace, query } = api
  const deletion = deletionOf(options, query)
  const items = objects.store.list(resource, namespace, selection(resource, query))
  for (const { metadata } of items) {
    objects.delete({ resource, namespace: metadata.namespace, name: metadata.name }, deletion)
  }
  const metadata = { resourceVersion: String(objects.store.revision) }
  return () => reply(response, present.page({ items, metadata }))
}

function deletionOf(options: Options, query: URLSearchParams): Deletion {
  const preconditions = isObject(options['preconditions']) ? options['preconditions'] : {}
  const { uid, resourceVersion } = preconditions
  const policy = options['propagationPolicy'] ?? query.get('propagationPolicy')
  return {
    uid: typeof uid === 'string' ? uid : undefined,
    resourceVersion: typeof resourceVersion === 'string' ? resourceVersion : undefined,
    orphan: policy === 'Orphan',
    dryRun: isDryRun(query) || Array.isArray(options['dryRun']),
  }
}
