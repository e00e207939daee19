import type { Duplex } from 'node:stream'

import type { RawData, WebSocket } from 'ws'

/** Close codes of a client that is done: with a code of its own, and without one. */
const NORMAL = [1000, 1005]

const DATA = 0
const ERROR = 1

/** Above this many bytes on their way to the client, the pod is no longer read. */
const HIGH_WATER = 1024 * 1024

export interface BridgeOptions {
  readonly port: number
  /** Undefined when nothing listens. */
  readonly backend: Duplex | undefined
  /** The start of what the client is told when the connection to the pod fails. */
  readonly complaint: string
}

/**
 * Joins a websocket of the protocol `v4.channel.k8s.io` with the connection to a pod: each message starts with its
 * channel, and each channel starts with the port. Returns a function that ends both, after a sentence if one is given.
 */
export function bridge(webSocket: WebSocket, options: BridgeOptions): (why?: string) => void {
  const { port, backend, complaint } = options
  for (const channel of [DATA, ERROR]) webSocket.send(Buffer.from([channel, port % 256, port >> 8]))
  const end = (why?: string): void => {
    if (why !== undefined) webSocket.send(frame(ERROR, Buffer.from(why)))
    webSocket.close(1000)
  }
  webSocket.on('error', () => webSocket.terminate())
  if (backend === undefined) {
    end(`${complaint}: nothing listens there`)
    return end
  }
  toPod(webSocket, backend)
  toClient(webSocket, backend)
  backend.once('end', () => end())
  backend.on('error', (error) => end(`${complaint}: ${error.message}`))
  backend.once('close', () => end())
  webSocket.once('close', (code) => {
    if (NORMAL.includes(code)) backend.end(() => backend.destroy())
    else backend.destroy()
  })
  return end
}

function toPod(webSocket: WebSocket, backend: Duplex): void {
  webSocket.on('message', (message) => {
    const bytes = bytesOf(message)
    if (bytes[0] !== DATA || !backend.writable) return
    if (backend.write(bytes.subarray(1))) return
    webSocket.pause()
    backend.once('drain', () => webSocket.resume())
  })
}

function toClient(webSocket: WebSocket, backend: Duplex): void {
  backend.on('data', (chunk: Buffer) => {
    webSocket.send(frame(DATA, chunk), () => {
      if (webSocket.bufferedAmount <= HIGH_WATER && backend.isPaused()) backend.resume()
    })
    if (webSocket.bufferedAmount > HIGH_WATER) backend.pause()
  })
}

function frame(channel: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([channel]), bytes])
}

function bytesOf(message: RawData): Buffer {
  if (Array.isArray(message)) return Buffer.concat(message)
  return Buffer.isBuffer(message) ? message : Buffer.from(message)
}
