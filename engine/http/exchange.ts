import type http from 'node:http'
import type https from 'node:https'
import got, { type Method } from 'got'
import type { Clock } from '../base/clock.ts'
import { deadlineOf, nameOf, outgoing, whyStopped } from './deadline.ts'
import type { HttpReply, HttpRequest } from './http.ts'
import { SocketTrace } from './socket-trace.ts'
import { TransportError, codeOf, neverConnected, transportKind } from './transport-error.ts'

export interface Agents {
  readonly http: http.Agent
  readonly https: https.Agent
}

export interface ExchangeContext {
  readonly agents: Agents
  readonly clock: Clock
}

/** One request and its reply; see `Http.exchange`. */
export async function exchange(request: HttpRequest, { agents, clock }: ExchangeContext): Promise<HttpReply> {
  request.signal?.throwIfAborted()
  const startedAt = clock.now()
  const deadline = deadlineOf(request, clock)
  const asking = { request, agents, signal: deadline.signal }
  try {
    const first = await ask(asking)
    const last = 'reply' in first || !mayRedo(first, asking) ? first : await ask(asking)
    if (!('reply' in last)) throw explain(last, asking)
    const { statusCode: status, headers, rawBody } = last.reply
    const body = Buffer.from(rawBody)
    return { status, headers, body, ms: clock.now() - startedAt, redone: last !== first }
  } finally {
    deadline.release()
  }
}

interface Asking {
  readonly request: HttpRequest
  readonly agents: Agents
  readonly signal: AbortSignal
}

interface NoReply {
  readonly error: unknown
  readonly trace: SocketTrace
}

async function ask({ request, agents, signal }: Asking) {
  const trace = new SocketTrace()
  const asking = got(request.url, {
    // got sends any verb; its type lists the usual ones.
    method: request.method as Method,
    headers: outgoing(request.headers),
    ...(request.body === undefined ? {} : { body: request.body, allowGetBody: true }),
    agent: agents,
    responseType: 'buffer',
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    decompress: false,
    signal,
  })
  void asking.on('request', (sent) => trace.follow(sent))
  try {
    return { reply: await asking }
  } catch (error) {
    return { error, trace } satisfies NoReply
  }
}

function mayRedo({ error, trace }: NoReply, { request, signal }: Asking): boolean {
  return request.method === 'GET' && !signal.aborted && trace.diedIdle(codeOf(error))
}

function explain({ error, trace }: NoReply, { request, signal }: Asking): Error {
  if (signal.aborted) return whyStopped(signal, request, trace.sent)
  const kind = trace.answered ? 'aborted-by-peer' : transportKind(error)
  const sent = neverConnected(kind) ? false : trace.sent
  return new TransportError({ kind, sent, doing: nameOf(request), cause: rootOf(error) })
}

/** got wraps Node's error in its own; the inner one is the first cause. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? rootOf(error.cause) : error
}
