import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

import { WebSocketServer, type WebSocket } from 'ws'

import { valueAt } from '../../base/json.ts'
import { readRequest, type ApiRequest } from './api-request.ts'
import { bridge } from './bridge.ts'
import { PODS } from './core-resources.ts'
import { authenticate, toStatusError, urlOf, type Api } from './handler.ts'
import { Dropped, type Intervention } from './interception.ts'
import { badRequest, noSuchPath, type StatusError } from './status-error.ts'
import type { StoredObject } from './stored-object.ts'

export interface PodRef {
  readonly namespace: string
  readonly name: string
}

/** Where a pod's port leads; undefined when nothing listens there. */
export type Dial = (pod: PodRef, port: number) => Duplex | undefined

/** A sentence for people who try `kubectl port-forward`: where they can reach the port instead. */
export type PortForwardHint = (pod: PodRef, port: number) => string

export interface Forwarding {
  readonly api: Api
  readonly dial: Dial
  readonly hint: PortForwardHint | undefined
}

interface Upgrade {
  readonly request: IncomingMessage
  readonly socket: Duplex
  readonly head: Buffer
}

const PROTOCOL = 'v4.channel.k8s.io'

export interface PortForwarder {
  /** Answers the upgrades of `pods/NAME/portforward` as a kubelet does, and refuses all others. Never rejects. */
  upgrade(upgrade: Upgrade): Promise<void>
  /** Destroys every connection to a pod. */
  close(): void
}

export function portForwarder(forwarding: Forwarding): PortForwarder {
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => PROTOCOL })
  const backends = new Set<Duplex>()
  return {
    async upgrade({ request, socket, head }) {
      const gone = new AbortController()
      const left = (): void => gone.abort(new Dropped('the client has left'))
      socket.once('close', left)
      try {
        const accepted = await accept(forwarding, request, gone.signal)
        sockets.handleUpgrade(request, socket, head, (webSocket) => {
          const backend = forward(forwarding, accepted, webSocket)
          if (backend === undefined) return
          backends.add(backend)
          backend.once('close', () => backends.delete(backend))
        })
      } catch (error) {
        if (error instanceof Dropped) socket.destroy()
        else refuse(socket, toStatusError(error))
      } finally {
        socket.off('close', left)
      }
    },
    close() {
      for (const backend of backends) backend.destroy()
    },
  }
}

interface Accepted {
  readonly request: ApiRequest
  readonly pod: StoredObject
  readonly port: number
  readonly intervention: Intervention
}

async function accept(
  { api, hint }: Forwarding,
  incoming: IncomingMessage,
  signal: AbortSignal,
): Promise<Accepted> {
  authenticate(api.token, incoming)
  const url = urlOf(incoming)
  const request = readRequest(api.resources, 'GET', url)
  if (request?.subresource !== 'portforward') throw noSuchPath()
  const { namespace, name = '' } = request
  const intervention = await api.interception.meet(request, signal)
  const pod = api.objects.get({ resource: PODS, namespace, name })
  checkProtocol(incoming, pod, url, hint)
  const phase = valueAt(pod, ['status', 'phase'])
  if (phase !== 'Running') {
    throw badRequest(`unable to forward port because pod is not running. Current status=${String(phase)}`)
  }
  return { request, pod, port: portOf(url), intervention }
}

function portOf(url: URL): number {
  const ports = url.searchParams.getAll('ports').flatMap((text) => text.split(','))
  const [text, ...others] = ports
  if (text === undefined) throw badRequest('query parameter "ports" is required')
  if (others.length > 0) throw badRequest('only one port can be forwarded by one connection')
  const port = Number(text)
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port
  throw badRequest(`invalid value ${JSON.stringify(text)} in query parameter "ports"`)
}

function checkProtocol(
  { headers }: IncomingMessage,
  pod: StoredObject,
  url: URL,
  hint: PortForwardHint | undefined,
): void {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim())
  if (headers.upgrade?.toLowerCase() === 'websocket' && offered.includes(PROTOCOL)) return
  const hints = hint === undefined ? [] : hintedPorts(pod, url).map((port) => hint(podRef(pod), port))
  const refusal = `this API server forwards ports by a websocket with ${PROTOCOL} only, not as kubectl port-forward does (SPDY)`
  throw badRequest([refusal, ...hints].join('; '))
}

/** kubectl names its ports only after the upgrade; until then those that the pod declares must do. */
function hintedPorts(pod: StoredObject, url: URL): readonly number[] {
  const asked = url.searchParams.get('ports')
  if (asked !== null) return [Number(asked)]
  return listAt(pod, ['spec', 'containers'])
    .flatMap((container) => listAt(container, ['ports']))
    .map((port) => Number(valueAt(port, ['containerPort'])))
}

function listAt(value: unknown, path: readonly string[]): readonly unknown[] {
  const list = valueAt(value, path)
  return Array.isArray(list) ? (list as readonly unknown[]) : []
}

function podRef({ metadata }: StoredObject): PodRef {
  return { namespace: metadata.namespace ?? '', name: metadata.name }
}

/** Joins the websocket with the pod, within reach of faults and of the pod's own end. */
function forward(
  { api, dial }: Forwarding,
  { pod, port, request, intervention }: Accepted,
  webSocket: WebSocket,
): Duplex | undefined {
  const { uid } = pod.metadata
  const { namespace, name } = podRef(pod)
  const backend = dial({ namespace, name }, port)
  const complaint = `error forwarding port ${port} to pod ${namespace}/${name}, uid ${uid}`
  const end = bridge(webSocket, { port, backend, complaint })
  const cut = (): void => webSocket.terminate()
  const stream = { request, cut, end: (error?: StatusError): void => end(error?.message) }
  const release = api.interception.open(stream, intervention)
  const unsubscribe = api.objects.store.subscribe(({ type, object }) => {
    if (type === 'DELETED' && object.metadata.uid === uid) cut()
  })
  webSocket.once('close', () => {
    release()
    unsubscribe()
  })
  return backend
}

/** Answers an upgrade with a Status in place of the switch of protocols. */
function refuse(socket: Duplex, error: StatusError): void {
  const body = JSON.stringify(error.toStatus())
  const head = [
    `HTTP/1.1 ${error.code} ${STATUS_CODES[error.code] ?? ''}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
