import { Duplex } from 'node:stream'
import type WebSocket from 'ws'
import type { Clock } from '../base/clock.ts'
import { ForwardError } from './forward-error.ts'
import type { PodSocketEvents } from './pod-socket.ts'

export interface PodStreamOptions {
  readonly clock: Clock
  /** Opens the websocket; called once. */
  readonly open: (events: PodSocketEvents, signal: AbortSignal) => Promise<WebSocket>
  /** Default 15 s. A connection that did not answer the last ping by the next one is dead. */
  readonly pingMs?: number
  /** Default 5 s. How long the pod may be silent after our side has ended; the protocol cannot tell it that we have. */
  readonly lingerMs?: number
}

const NORMAL = [1000, 1005]
/** For the API server to answer a close. */
const CLOSE_LIMIT_MS = 1000
const BUFFER_BYTES = 256 * 1024

/**
 * One connection to a port of a pod. Ends when the pod ends it, errors when anything breaks, and holds no more than a
 * fixed amount either way. What was written once is never written again.
 */
export class PodStream extends Duplex {
  readonly #options: PodStreamOptions
  readonly #stop = new AbortController()
  #socket: WebSocket | undefined
  #ended = false
  #pongDue = false
  #cancelPing = (): void => undefined
  #cancelLinger = (): void => undefined
  #cancelIdle = (): void => undefined
  #idleMs = 0

  constructor(options: PodStreamOptions) {
    super({ allowHalfOpen: true, highWaterMark: BUFFER_BYTES })
    this.#options = options
  }

  /** True until the websocket is open; then there is a `connect` event, as with a TCP socket. */
  get connecting(): boolean {
    return this.#socket === undefined && !this.destroyed
  }

  /** As of a TCP socket: emits `timeout` after so long without bytes either way; 0 ends that. */
  setTimeout(ms: number, listener?: () => void): this {
    this.#idleMs = ms
    if (listener !== undefined && ms > 0) this.once('timeout', listener)
    else if (listener !== undefined) this.off('timeout', listener)
    this.#touch()
    return this
  }

  /** Agents ask this of every socket; the pings do it here. */
  setKeepAlive(): this {
    return this
  }

  setNoDelay(): this {
    return this
  }

  /** The websocket holds the process, not this stream. */
  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  override _construct(done: (error?: Error | null) => void): void {
    const { clock, open, pingMs = 15_000 } = this.#options
    const events: PodSocketEvents = {
      data: (bytes) => this.#receive(bytes),
      refused: (text) => this.destroy(new ForwardError(text)),
      closed: (code) => this.#close(code),
    }
    open(events, this.#stop.signal).then(
      (socket) => {
        this.#socket = socket
        socket.on('error', (cause) => this.destroy(new ForwardError(cause.message, { cause })))
        socket.on('pong', () => (this.#pongDue = false))
        const ping = (): void => {
          this.#cancelPing = clock.after(pingMs, ping)
          this.#ping(socket, pingMs)
        }
        this.#cancelPing = clock.after(pingMs, ping)
        this.emit('connect')
        done()
      },
      // After our own destruction there is nobody left to tell.
      (error: unknown) => done(this.destroyed ? null : (error as Error)),
    )
  }

  override _read(): void {
    if (this.#socket?.isPaused !== true) return
    this.#socket.resume()
    // Pongs were held up with the data.
    this.#pongDue = false
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#send([chunk], done)
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#send(
      chunks.map(({ chunk }) => chunk),
      done,
    )
  }

  override _final(done: () => void): void {
    this.#linger()
    done()
  }

  /** Node would wait with the destruction until the websocket is open; the abort ends that wait. */
  override destroy(error?: Error): this {
    this.#stop.abort(error ?? new Error('closed'))
    return super.destroy(error)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#cancelPing()
    this.#cancelLinger()
    this.#cancelIdle()
    if (error === null && this.#ended) this.#hangUp()
    else this.#socket?.terminate()
    done(error)
  }

  #receive(bytes: Buffer): void {
    if (this.destroyed || this.#ended) return
    this.#touch()
    if (this.writableFinished) this.#linger()
    if (!this.push(bytes)) this.#socket?.pause()
  }

  #touch(): void {
    this.#cancelIdle()
    if (this.#idleMs > 0)
      this.#cancelIdle = this.#options.clock.after(this.#idleMs, () => void this.emit('timeout'))
  }

  #send(chunks: readonly Buffer[], done: (error?: Error | null) => void): void {
    this.#touch()
    // As with TCP, what is sent after the other side has closed goes nowhere; its end is already on the way to the client.
    if (this.#ended) done()
    else this.#socket?.send(Buffer.concat([Buffer.of(0), ...chunks]), done)
  }

  #close(code: number): void {
    if (this.destroyed) return
    if (NORMAL.includes(code)) this.#end()
    else this.destroy(new ForwardError(`the connection to the pod broke (websocket ${code})`))
  }

  #end(): void {
    if (this.#ended || this.destroyed) return
    this.#ended = true
    this.#cancelPing()
    this.#cancelLinger()
    this.push(null)
  }

  #linger(): void {
    const { clock, lingerMs = 5000 } = this.#options
    this.#cancelLinger()
    if (this.#ended) return
    this.#cancelLinger = clock.after(lingerMs, () => {
      if (this.#socket?.isPaused === true) this.#linger()
      else this.#end()
    })
  }

  #hangUp(): void {
    const socket = this.#socket
    if (socket === undefined || socket.readyState === socket.CLOSED) return
    const cancel = this.#options.clock.after(CLOSE_LIMIT_MS, () => socket.terminate())
    socket.once('close', cancel)
    socket.close(1000)
  }

  #ping(socket: WebSocket, pingMs: number): void {
    if (socket.isPaused) return
    if (this.#pongDue) {
      this.destroy(new ForwardError(`the connection to the pod is dead (no pong within ${pingMs} ms)`))
      return
    }
    this.#pongDue = true
    socket.ping()
  }
}
