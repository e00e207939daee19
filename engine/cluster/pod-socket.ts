import http from 'node:http'
import https from 'node:https'
import { text } from 'node:stream/consumers'
import WebSocket from 'ws'
import type { Clock } from '../base/clock.ts'
import type { MakeConnection } from '../http/make-connection.ts'
import { apiErrorOf } from './api-error.ts'
import { tlsOptions } from './api-transport.ts'
import { ForwardError } from './forward-error.ts'
import type { PodIdentity } from './ready-pod.ts'
import type { ClusterConnection } from './types.ts'

/** Channel 0 carries the bytes, channel 1 the reason when the pod's port cannot be reached or breaks. */
const DATA = 0
const ERROR = 1
/** Each channel begins with the port as two bytes. */
const PORT_BYTES = 2
const HANDSHAKE_LIMIT_MS = 5000

/** What comes out of a websocket to a pod that was open; one that never opened says nothing here. */
export interface PodSocketEvents {
  data(bytes: Buffer): void
  /** Text of the error channel. */
  refused(text: string): void
  closed(code: number): void
}

export interface PodSocketOptions {
  readonly connection: ClusterConnection
  readonly clock: Clock
  readonly pod: PodIdentity
  readonly port: number
  /** Shared, so that TLS sessions are resumed. */
  readonly agent: http.Agent
  readonly makeConnection?: MakeConnection | undefined
  readonly events: PodSocketEvents
  readonly signal: AbortSignal
}

/** An agent for the websockets of one forward. */
export function forwardAgent(connection: ClusterConnection): http.Agent {
  if (!connection.server.startsWith('https:')) return new http.Agent()
  return new https.Agent(tlsOptions(connection))
}

/** One websocket to one port of one pod, open. Rejects with `ForwardError` when the API server refuses it. */
export function openPodSocket(options: PodSocketOptions): Promise<WebSocket> {
  const { clock, events, signal } = options
  const socket = new WebSocket(addressOf(options), ['v4.channel.k8s.io'], settingsOf(options))
  // Frames may arrive in the same turn as the handshake, so the listener is there before it.
  listen(socket, events)
  return new Promise((resolve, reject) => {
    const cancel = clock.after(HANDSHAKE_LIMIT_MS, () =>
      fail(new Error(`no answer within ${HANDSHAKE_LIMIT_MS} ms`)),
    )
    const abort = (): void => fail(signal.reason)
    const release = (): void => {
      cancel()
      signal.removeEventListener('abort', abort)
    }
    const fail = (cause: unknown): void => {
      release()
      reject(cause instanceof ForwardError ? cause : failure(options, cause))
      socket.terminate()
    }
    signal.addEventListener('abort', abort, { once: true })
    socket.on('error', fail)
    socket.once('unexpected-response', (_, response) => void refusal(options, response).then(fail, fail))
    socket.once('open', () => {
      release()
      resolve(socket)
    })
    if (signal.aborted) abort()
  })
}

function addressOf({ connection, pod, port }: PodSocketOptions): string {
  const path = `/api/v1/namespaces/${encodeURIComponent(pod.namespace)}/pods/${encodeURIComponent(pod.name)}`
  return `${connection.server.replace(/^http/, 'ws')}${path}/portforward?ports=${port}`
}

function settingsOf({ connection, agent, makeConnection }: PodSocketOptions): WebSocket.ClientOptions {
  const { token } = connection
  const { hostname: host, port, protocol } = new URL(connection.server)
  const to = { host, port: Number(port || (protocol === 'https:' ? 443 : 80)) }
  return {
    perMessageDeflate: false,
    headers: {
      'user-agent': 'gwscen',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(makeConnection === undefined
      ? { agent }
      : // The type asks for a net.Socket; any duplex will do.
        { createConnection: (() => makeConnection(to)) as never }),
  }
}

function listen(socket: WebSocket, events: PodSocketEvents): void {
  const toSkip = [PORT_BYTES, PORT_BYTES]
  let refusal = ''
  let opened = false
  socket.once('open', () => (opened = true))
  socket.on('message', (message: Buffer) => {
    const channel = message[0] ?? DATA
    const skipped = Math.min(toSkip[channel] ?? 0, message.length - 1)
    toSkip[channel] = (toSkip[channel] ?? 0) - skipped
    const payload = message.subarray(1 + skipped)
    if (payload.length === 0) return
    if (channel === DATA) events.data(payload)
    if (channel !== ERROR) return
    refusal += payload.toString('utf8')
    events.refused(refusal.trim())
  })
  socket.on('close', (code) => {
    if (opened) events.closed(code)
  })
}

async function refusal(options: PodSocketOptions, response: http.IncomingMessage): Promise<ForwardError> {
  const { statusCode: status = 0 } = response
  const error = apiErrorOf({ doing: 'upgrade', status, body: await text(response) })
  const { reason, explanation } = error.details
  const said = [String(status), reason].filter((word) => word !== '').join(' ')
  const passing = status !== 401 && status !== 403
  return new ForwardError(`${nameOf(options)}: the API server answered ${said}: ${explanation}`, {
    passing,
    refused: status === 401,
    cause: error,
  })
}

function failure(options: PodSocketOptions, cause: unknown): ForwardError {
  const message = cause instanceof Error ? cause.message : String(cause)
  return new ForwardError(`${nameOf(options)}: ${message}`, { cause })
}

/** `forward to gateway/gateway-7d port 8080`: how messages name a way. */
function nameOf({ pod, port }: PodSocketOptions): string {
  return `forward to ${pod.namespace}/${pod.name} port ${port}`
}
