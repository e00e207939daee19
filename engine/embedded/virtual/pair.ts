import { Duplex } from 'node:stream'
import type { Clock } from '../../base/clock.ts'

export interface PairOptions {
  readonly clock: Clock
  /** When a chunk arrives that was written; the next tick unless given. */
  readonly deliver?: (arrive: () => void) => void
  /** What the ends are called towards one another. */
  readonly port?: number
}

type Done = (error?: Error | null) => void

const HOST = '127.0.0.1'
const CLIENT_PORT = 40_000

/**
 * One end of a connection within this process, as much of a socket as Node's HTTP, ioredis and ws ask for. What is
 * written arrives later, never at once, and as with TCP there is back-pressure and an end for each direction.
 */
export class Half extends Duplex {
  readonly remoteAddress = HOST
  readonly remoteFamily = 'IPv4'
  readonly remotePort: number
  readonly localAddress = HOST
  readonly localPort: number
  readonly encrypted = false
  bytesRead = 0
  bytesWritten = 0
  connecting: boolean
  readonly #clock: Clock
  readonly #deliver: (arrive: () => void) => void
  #peer: Half | undefined
  /** To be called when the other side has read. */
  #held: Done | undefined
  #isCarrying = false
  #hangUp: (() => void) | undefined
  #hasAll = false
  #idleMs = 0
  #cancelIdle = (): void => undefined

  constructor({ clock, deliver = soon, port = 0 }: PairOptions, isClient: boolean) {
    super({ allowHalfOpen: false })
    this.#clock = clock
    this.#deliver = deliver
    this.connecting = isClient
    this.remotePort = isClient ? port : CLIENT_PORT
    this.localPort = isClient ? CLIENT_PORT : port
  }

  /** Joins the end of who connects, which hears of it soon, with the other end. Until then it is connecting. */
  join(peer: Half): void {
    this.#peer = peer
    peer.#peer = this
    process.nextTick(() => {
      if (this.destroyed) return
      this.connecting = false
      this.emit('connect')
      this.emit('ready')
    })
  }

  override _read(): void {
    const held = this.#held
    this.#held = undefined
    if (held !== undefined) process.nextTick(held)
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: Done): void {
    this.#touch()
    this.bytesWritten += chunk.length
    this.#carry(() => {
      if (this.#peer === undefined) done(brokenPipe())
      else this.#peer.receive(chunk, done)
    })
  }

  /** One thing at a time is on its way; what hangs up the connection comes after it. */
  #carry(arrive: () => void): void {
    this.#isCarrying = true
    this.#deliver(() => {
      this.#isCarrying = false
      arrive()
      this.#hangUp?.()
    })
  }

  override _writev(chunks: { chunk: Buffer }[], done: Done): void {
    const all = Buffer.concat(chunks.map(({ chunk }) => chunk))
    this._write(all, 'utf8', done)
  }

  /** Takes what the other end has written. */
  receive(chunk: Buffer, done: Done): void {
    if (this.destroyed || this.#hasAll) {
      done(brokenPipe())
      return
    }
    this.#touch()
    this.bytesRead += chunk.length
    if (this.push(chunk)) done()
    else this.#held = done
  }

  override _final(done: Done): void {
    this.#carry(() => {
      this.#peer?.finishReading()
      done()
    })
  }

  /** The other end has ended. */
  finishReading(): void {
    if (this.destroyed || this.#hasAll) return
    this.#hasAll = true
    this.push(null)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#cancelIdle()
    const peer = this.#peer
    const hangUp = (): void => {
      if (peer === undefined || peer.destroyed) return
      if (error === null) peer.finishReading()
      else peer.destroy(reset())
    }
    if (this.#isCarrying) this.#hangUp = hangUp
    else process.nextTick(hangUp)
    done(error)
  }

  /** As of a socket: emits `timeout` after so long without bytes either way; 0 ends that. */
  setTimeout(ms: number, listener?: () => void): this {
    this.#idleMs = ms
    if (listener !== undefined && ms > 0) this.once('timeout', listener)
    else if (listener !== undefined) this.off('timeout', listener)
    this.#touch()
    return this
  }

  #touch(): void {
    this.#cancelIdle()
    if (this.#idleMs > 0 && !this.destroyed)
      this.#cancelIdle = this.#clock.after(this.#idleMs, () => void this.emit('timeout'))
  }

  setKeepAlive(): this {
    return this
  }

  setNoDelay(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  destroySoon(): void {
    if (this.writable) this.end()
    if (this.writableFinished) this.destroy()
    else this.once('finish', () => this.destroy())
  }

  resetAndDestroy(): this {
    return this.destroy(reset())
  }

  address(): { readonly address: string; readonly family: string; readonly port: number } {
    return { address: HOST, family: 'IPv4', port: this.localPort }
  }
}

function soon(arrive: () => void): void {
  process.nextTick(arrive)
}

function brokenPipe(): Error {
  return Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })
}

function reset(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
}
