import net from 'node:net'
import { createDialer, type Dialer, type DialerOptions } from './dialer.ts'
import { ForwardError } from './forward-error.ts'
import type { PodStream } from './pod-stream.ts'

export interface ForwardOptions extends DialerOptions {
  /** Where to listen; default `127.0.0.1`. */
  readonly host?: string
  /** Default 0: any free port. */
  readonly localPort?: number
}

/** A local port that leads to a pod's port, one websocket per connection. A connection that breaks is reset, never resumed. */
export interface Forward extends Omit<Dialer, 'close'>, AsyncDisposable {
  readonly host: string
  /** The local port. */
  readonly port: number
  /** Instead of the local port, where there is none. */
  readonly makeConnection?: () => PodStream
  close(): Promise<void>
}

/** Rejects with `ForwardError` when the local port is taken. Reaches for the pod at the first connection, see `check`. */
export async function openForward(options: ForwardOptions): Promise<Forward> {
  const { host = '127.0.0.1', localPort = 0 } = options
  const dialer = createDialer(options)
  const sockets = new Set<net.Socket>()
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    carry(socket, dialer)
  })
  const port = await listen(server, host, localPort)
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    dialer.close()
    for (const socket of sockets) socket.resetAndDestroy()
    await closed
  }
  return {
    host,
    port,
    get target() {
      return dialer.target
    },
    get epoch() {
      return dialer.epoch
    },
    get lastError() {
      return dialer.lastError
    },
    get connections() {
      return dialer.connections
    },
    dial: () => dialer.dial(),
    check: (signal) => dialer.check(signal),
    on: (event, listener) => dialer.on(event, listener),
    refresh: (wanted) => dialer.refresh(wanted),
    update: (connection) => dialer.update(connection),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function carry(socket: net.Socket, dialer: Dialer): void {
  const stream = dialer.dial()
  stream.on('error', () => socket.resetAndDestroy())
  socket.on('error', () => stream.destroy())
  socket.pipe(stream).pipe(socket)
}

function listen(server: net.Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(listenError(cause, host, port)))
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): ForwardError {
  const advice = 'stop what listens there, choose another local port, or leave it out to get a free one'
  const message =
    cause.code === 'EADDRINUSE'
      ? `local port ${port} on ${host} is in use: ${advice}`
      : `cannot listen on ${host}:${port}: ${cause.message}`
  return new ForwardError(message, { passing: false, cause })
}
