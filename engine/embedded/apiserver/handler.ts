import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

import { describeError } from '../../base/failure.ts'
import { accessReview, isAccessReview } from './access-review.ts'
import { readRequest } from './api-request.ts'
import { discoveryDocument, VERSION } from './discovery.ts'
import { Dropped } from './interception.ts'
import { aggregatedVersion } from './negotiation.ts'
import { openApiDocument } from './openapi.ts'
import { reply, replyError, replyText } from './reply.ts'
import type { Resources } from './resource.ts'
import { serveResource, type ResourceServer } from './serve-resource.ts'
import { noSuchPath, StatusError } from './status-error.ts'

export interface Api extends ResourceServer {
  readonly resources: Resources
  readonly token: string
}

/** Answers one request; never rejects. */
export async function handle(api: Api, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => {
    // An error costs its stack, and nobody listens any more once all is said.
    if (!response.writableFinished) gone.abort(new Dropped('the client has left'))
  })
  response.sendDate = false
  response.setHeader('date', new Date(api.objects.store.clock.wall()).toUTCString())
  try {
    authenticate(api.token, request)
    await answer(api, { request, response }, gone.signal)
  } catch (error) {
    if (error instanceof Dropped) response.destroy()
    else if (response.headersSent) response.destroy()
    else replyError(response, toStatusError(error))
  }
}

/** Throws a 401 unless the request bears the token. */
export function authenticate(token: string, { headers }: IncomingMessage): void {
  const given = Buffer.from(headers.authorization ?? '')
  const wanted = Buffer.from(`Bearer ${token}`)
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return
  throw new StatusError(401, 'Unauthorized', 'Unauthorized')
}

export function urlOf({ url = '/' }: IncomingMessage): URL {
  if (!URL.canParse(url, 'http://server')) throw noSuchPath()
  return new URL(url, 'http://server')
}

export function toStatusError(error: unknown): StatusError {
  if (error instanceof StatusError) return error
  return new StatusError(500, 'InternalError', `Internal error occurred: ${describeError(error)}`)
}

async function answer(
  api: Api,
  exchange: { readonly request: IncomingMessage; readonly response: ServerResponse },
  signal: AbortSignal,
): Promise<void> {
  const { request, response } = exchange
  const url = urlOf(request)
  const wanted = request.method === 'GET' ? withoutResource(api, url, request, response) : false
  if (wanted) return
  if (isAccessReview(request.method, url.pathname)) {
    reply(response, await accessReview(request), { code: 201 })
    return
  }
  const read = readRequest(api.resources, request.method ?? 'GET', url)
  if (read === undefined) throw noSuchPath()
  const asked = { ...read, userAgent: request.headers['user-agent'] }
  const intervention = await api.interception.meet(asked, signal)
  const send = await serveResource(api, asked, exchange, intervention)
  if (intervention.drop === 'reply') throw new Dropped('a fault dropped the reply')
  send()
}

/** Answers what is not about objects; false when the path is. */
function withoutResource(
  { resources }: Api,
  url: URL,
  { headers }: IncomingMessage,
  response: ServerResponse,
): boolean {
  const { pathname } = url
  if (/^\/(?:healthz|readyz|livez)(?:\/|$)/.test(pathname)) {
    replyText(response, 'ok')
    return true
  }
  if (pathname === '/version') {
    reply(response, VERSION)
    return true
  }
  const document =
    discoveryDocument(resources, pathname, aggregatedVersion(headers.accept ?? '')) ??
    openApiDocument(resources, pathname)
  if (document === undefined) return false
  reply(response, document.body, document)
  return true
}
