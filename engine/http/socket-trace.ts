import type { ClientRequest } from 'node:http'
import type { Duplex } from 'node:stream'
import { isConnecting } from './open-socket.ts'
import type { Sent } from './transport-error.ts'

/** Follows one request on its socket, to tell later how far it came. */
export class SocketTrace {
  #connected = false
  #answered = false
  #reused = false
  #socket: Duplex | undefined
  #readBefore = 0

  follow(request: ClientRequest): void {
    request.once('socket', (socket) => {
      this.#socket = socket
      this.#reused = request.reusedSocket
      this.#readBefore = bytesRead(socket)
      if (!isConnecting(socket)) this.#connected = true
      else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => (this.#connected = true))
    })
    request.once('response', () => (this.#answered = true))
  }

  get connected(): boolean {
    return this.#connected
  }

  /** The status line and headers of the reply have come. */
  get answered(): boolean {
    return this.#answered
  }

  get sent(): Sent {
    if (this.#answered) return true
    return this.#connected ? 'unknown' : false
  }

  /** The server had closed this kept connection before it saw the request, as far as one can know. */
  diedIdle(code: string | undefined): boolean {
    const silent = this.#socket !== undefined && bytesRead(this.#socket) === this.#readBefore
    return code === 'ECONNRESET' && this.#reused && !this.#answered && silent
  }
}

function bytesRead(socket: Duplex): number {
  return 'bytesRead' in socket && typeof socket.bytesRead === 'number' ? socket.bytesRead : 0
}
