import { Duplex } from 'node:stream'

/** One end of an in-memory connection. Whatever is written here is read there, one tick later. */
class End extends Duplex {
  peer: End | undefined
  readonly remoteAddress = '127.0.0.1'

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    process.nextTick(() => {
      if (this.peer?.destroyed === false) this.peer.push(chunk)
      done()
    })
  }

  override _read(): void {
    // Chunks are pushed by the peer as they come.
  }

  override _final(done: () => void): void {
    process.nextTick(() => {
      if (this.peer?.destroyed === false) this.peer.push(null)
      done()
    })
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { peer } = this
    process.nextTick(() => {
      if (peer === undefined || peer.destroyed) return
      if (error !== null) peer.destroy(error)
      else if (!peer.readableEnded) peer.push(null)
    })
    done(error)
  }

  /** What Node's HTTP asks of a socket; here it means nothing. */
  setTimeout(): this {
    return this
  }
  setNoDelay(): this {
    return this
  }
  setKeepAlive(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
}

/** Two ends of a connection without a socket, so that all that happens on it is done before time moves. */
export function duplexPair(): readonly [Duplex, Duplex] {
  const [left, right] = [new End({ allowHalfOpen: false }), new End({ allowHalfOpen: false })]
  left.peer = right
  right.peer = left
  return [left, right]
}
