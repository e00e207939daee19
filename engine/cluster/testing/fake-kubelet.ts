import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { ClusterConnection } from '../types.ts'

/** The pod's end of one forwarded connection. */
export class PodEnd {
  readonly socket: WebSocket
  readonly path: string
  readonly received: Buffer[] = []
  closed = false
  #listeners = new Set<(bytes: Buffer) => void>()

  constructor(socket: WebSocket, path: string, port: number) {
    this.socket = socket
    this.path = path
    for (const channel of [0, 1]) socket.send(Buffer.of(channel, port & 0xff, port >> 8))
    socket.on('message', (message: Buffer) => {
      this.received.push(message.subarray(1))
      for (const listener of this.#listeners) listener(message.subarray(1))
    })
    socket.on('error', () => socket.terminate())
    socket.on('close', () => (this.closed = true))
  }

  get text(): string {
    return Buffer.concat(this.received).toString()
  }

  onBytes(listener: (bytes: Buffer) => void): void {
    this.#listeners.add(listener)
  }

  send(bytes: Buffer | string): void {
    this.socket.send(Buffer.concat([Buffer.of(0), Buffer.from(bytes)]))
  }

  fail(text: string): void {
    this.socket.send(Buffer.concat([Buffer.of(1), Buffer.from(text)]))
  }
}

type Behaviour = (pod: PodEnd) => void

/** The port-forward endpoint of an API server. Each upgrade is answered by the next script, else by `behave`. */
export class FakeKubelet {
  readonly pods: PodEnd[] = []
  readonly upgrades: { readonly path: string; readonly headers: http.IncomingHttpHeaders }[] = []
  readonly refusals: { readonly status: number; readonly message: string }[] = []
  behave: Behaviour = (pod) => pod.onBytes((bytes) => pod.send(bytes))
  /** Whether pings are answered. */
  autoPong = true
  readonly #server: http.Server
  readonly #sockets = new Set<Duplex>()

  constructor(server: http.Server = http.createServer()) {
    this.#server = server
    server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => this.#sockets.delete(socket))
    })
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
  }

  async listen(): Promise<ClusterConnection> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return { server: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}` }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #upgrade(request: http.IncomingMessage, socket: Duplex, head: Buffer): void {
    const path = request.url ?? ''
    this.upgrades.push({ path, headers: request.headers })
    const refusal = this.refusals.shift()
    if (refusal !== undefined) {
      const body = JSON.stringify({ kind: 'Status', message: refusal.message, code: refusal.status })
      const head = `HTTP/1.1 ${refusal.status} No\r\nconnection: close\r\ncontent-length: ${body.length}`
      socket.end(`${head}\r\n\r\n${body}`)
      return
    }
    const upgrader = new WebSocketServer({
      noServer: true,
      autoPong: this.autoPong,
      perMessageDeflate: false,
      handleProtocols: (offered) => (offered.has('v4.channel.k8s.io') ? 'v4.channel.k8s.io' : false),
    })
    upgrader.handleUpgrade(request, socket, head, (channel) => {
      const port = Number(new URL(path, 'http://fake').searchParams.get('ports'))
      const pod = new PodEnd(channel, path, port)
      this.pods.push(pod)
      this.behave(pod)
    })
  }
}

/** Lets a pod's end talk to a TCP server, as a kubelet does. */
export function relayTo(port: number): Behaviour {
  return (pod) => {
    const backend = net.connect(port, '127.0.0.1')
    backend.on('data', (bytes) => pod.send(bytes))
    backend.on('end', () => pod.socket.close(1000))
    backend.on('error', (error) => {
      pod.fail(`error forwarding port: ${error.message}`)
      pod.socket.close(1000)
    })
    pod.onBytes((bytes) => backend.write(bytes))
    pod.socket.on('close', () => backend.destroy())
  }
}
