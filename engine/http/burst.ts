import http from 'node:http'
import https from 'node:https'
import type { Duplex } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { Clock } from '../base/clock.ts'
import { deadlineOf, nameOf, outgoing, whyStopped } from './deadline.ts'
import type { HttpReply, HttpRequest } from './http.ts'
import { openSocket, type OpenContext } from './open-socket.ts'
import { TransportError, transportKind } from './transport-error.ts'

/** What became of one request. */
export type BurstResult =
  { readonly ok: true; readonly reply: HttpReply } | { readonly ok: false; readonly error: unknown }

export interface Burst {
  /** In the order of the requests. */
  readonly results: readonly BurstResult[]
  /** Time between the first and the last request that was written. */
  readonly spreadMs: number
}

/**
 * Opens one connection per request, then writes all requests in one turn of the event loop.
 * Rejects, with nothing sent, when one of the connections cannot be opened; after that every request has a result of its own.
 */
export async function burst(requests: readonly HttpRequest[], context: OpenContext): Promise<Burst> {
  const sockets = await openAll(requests, context)
  const writtenAt: number[] = []
  const shots = sockets.map(({ request, socket }) =>
    shoot({ request, socket, clock: context.clock, onWrite: (at) => writtenAt.push(at) }),
  )
  const results = await Promise.all(shots)
  const spreadMs = writtenAt.length === 0 ? 0 : Math.max(...writtenAt) - Math.min(...writtenAt)
  return { results, spreadMs }
}

interface Aimed {
  readonly request: HttpRequest
  readonly socket: Duplex
}

async function openAll(requests: readonly HttpRequest[], context: OpenContext): Promise<readonly Aimed[]> {
  const tries = requests.map(async (request) => ({ request, socket: await openSocket(request, context) }))
  try {
    return await Promise.all(tries)
  } catch (error) {
    for (const settled of await Promise.allSettled(tries))
      if (settled.status === 'fulfilled') settled.value.socket.destroy()
    throw error
  }
}

interface Shot extends Aimed {
  readonly clock: Clock
  readonly onWrite: (at: number) => void
}

async function shoot({ request, socket, clock, onWrite }: Shot): Promise<BurstResult> {
  if (socket.destroyed) {
    const reason = 'connection closed before the burst'
    const error = new TransportError({ kind: 'reset', sent: false, doing: nameOf(request), reason })
    return { ok: false, error }
  }
  const startedAt = clock.now()
  const deadline = deadlineOf(request, clock)
  const progress = { answered: false }
  try {
    const response = await send(request, {
      socket,
      signal: deadline.signal,
      onWrite: () => onWrite(clock.now()),
    })
    progress.answered = true
    const body = await buffer(response)
    const { statusCode: status = 0, headers } = response
    return { ok: true, reply: { status, headers, body, ms: clock.now() - startedAt, redone: false } }
  } catch (cause) {
    const sent = progress.answered || 'unknown'
    if (deadline.signal.aborted) return { ok: false, error: whyStopped(deadline.signal, request, sent) }
    const kind = progress.answered ? 'aborted-by-peer' : transportKind(cause)
    return { ok: false, error: new TransportError({ kind, sent, doing: nameOf(request), cause }) }
  } finally {
    deadline.release()
    socket.destroy()
  }
}

interface Sending {
  readonly socket: Duplex
  readonly signal: AbortSignal
  readonly onWrite: () => void
}

function send(request: HttpRequest, { socket, signal, onWrite }: Sending): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { request: start } = new URL(request.url).protocol === 'https:' ? https : http
    const body = request.body ?? ''
    const length = body === '' ? {} : { 'content-length': Buffer.byteLength(body) }
    const client = start(request.url, {
      method: request.method,
      headers: { ...outgoing(request.headers), ...length },
      createConnection: () => socket,
      signal,
    })
    client.once('socket', onWrite)
    client.once('response', resolve)
    client.on('error', reject)
    client.end(body)
  })
}
