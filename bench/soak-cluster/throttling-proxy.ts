import http from 'node:http'
import https from 'node:https'
import { connect } from 'node:tls'
import type { AddressInfo, Socket } from 'node:net'
import { randomFrom } from '../../engine/base/random.ts'
import { tlsOptions } from '../../engine/cluster/api-transport.ts'
import type { ClusterConnection } from '../../engine/cluster/types.ts'

export interface ThrottlingProxy {
  /** A kubeconfig whose API server is this proxy; its context is that of the cluster. */
  readonly kubeconfig: string
  readonly counts: { asked: number; throttled: number }
  close(): Promise<void>
}

/** Stands before an API server, with its credentials, and answers a share of all requests and upgrades with 429. */
export async function startThrottlingProxy(
  connection: ClusterConnection,
  { share, context, seed }: { readonly share: number; readonly context: string; readonly seed: string },
): Promise<ThrottlingProxy> {
  const random = randomFrom('throttle', seed)
  const counts = { asked: 0, throttled: 0 }
  const isThrottled = (): boolean => {
    counts.asked += 1
    const throttled = random.next() < share
    if (throttled) counts.throttled += 1
    return throttled
  }
  const sockets = new Set<Socket>()
  const agent = new https.Agent({ ...tlsOptions(connection), keepAlive: true })
  const server = http.createServer((request, response) => {
    if (isThrottled()) response.writeHead(429, HEADERS).end(TOO_MANY)
    else pass(request, response, { agent, connection })
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('upgrade', (request, socket: Socket, head: Buffer) => {
    if (isThrottled()) socket.end(`HTTP/1.1 429 Too Many Requests\r\n${headerText(HEADERS)}\r\n${TOO_MANY}`)
    else passUpgrade(request, { socket, head, connection })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    kubeconfig: kubeconfigOf(`http://127.0.0.1:${port}`, context),
    counts,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      agent.destroy()
      await closed
    },
  }
}

const TOO_MANY = JSON.stringify({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  message: 'too many requests, please try again later',
  reason: 'TooManyRequests',
  details: { retryAfterSeconds: 1 },
  code: 429,
})
const HEADERS = {
  'content-type': 'application/json',
  'content-length': String(TOO_MANY.length),
  'retry-after': '1',
}

interface Passing {
  readonly agent: https.Agent
  readonly connection: ClusterConnection
}

function pass(request: http.IncomingMessage, response: http.ServerResponse, { agent, connection }: Passing) {
  const { method, headers, url = '/' } = request
  const onward = https.request(`${connection.server}${url}`, { method, headers, agent })
  onward.on('response', (reply) => {
    response.writeHead(reply.statusCode ?? 502, reply.headers)
    reply.pipe(response)
    reply.on('error', () => response.destroy())
  })
  onward.on('error', () => response.destroy())
  response.on('close', () => onward.destroy())
  request.pipe(onward)
}

interface Upgrading {
  readonly socket: Socket
  readonly head: Buffer
  readonly connection: ClusterConnection
}

function passUpgrade({ url, rawHeaders }: http.IncomingMessage, { socket, head, connection }: Upgrading) {
  const { hostname, port } = new URL(connection.server)
  const onward = connect({ host: hostname, port: Number(port), ...tlsOptions(connection) })
  const lines = Array.from({ length: rawHeaders.length / 2 }, (_, index) => {
    return `${rawHeaders[2 * index]}: ${rawHeaders[2 * index + 1]}\r\n`
  })
  onward.write(`GET ${url} HTTP/1.1\r\n${lines.join('')}\r\n`)
  onward.write(head)
  onward.on('error', () => socket.destroy())
  socket.on('error', () => onward.destroy())
  socket.pipe(onward).pipe(socket)
}

function headerText(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
}

function kubeconfigOf(server: string, context: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'proxy', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'nobody', user: {} }],
    contexts: [{ name: context, context: { cluster: 'proxy', user: 'nobody' } }],
    'current-context': context,
  })
}
