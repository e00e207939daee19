import type { Box } from './box.ts'
import { isEntered } from './globals.ts'
import { Half } from './pair.ts'

/** Something that can be connected to until it is closed; its open connections live on. */
export interface Listening {
  readonly port: number
  readonly close: () => void
}

/** Ports of one box, and connections to them in memory. */
export class VirtualNetwork {
  readonly #box: Box
  readonly #listeners = new Map<number, (connection: Half) => void>()
  #lastPort = 10_000

  constructor(box: Box) {
    this.#box = box
  }

  /** On a port that was listened on before, or on a new one. */
  listen(accept: (connection: Half) => void, port?: number): Listening {
    const own = port ?? (this.#lastPort += 1)
    this.#listeners.set(own, accept)
    return { port: own, close: () => void this.#listeners.delete(own) }
  }

  /** Runs `arrive` when the seed says. Who sends from another box, or after the end of this one, is not heard. */
  deliver(arrive: () => void): void {
    if (isEntered(this.#box)) this.#box.detour(arrive)
  }

  /**
   * The near end of a new connection, which is refused as TCP would where nobody listens. With `detours` its bytes
   * arrive when the seed says: in which order the peers of several connections get on is then another with each seed.
   */
  dial(port: number, { detours = false }: { readonly detours?: boolean } = {}): Half {
    const box = this.#box
    if (!isEntered(box)) throw new Error(`port ${port} belongs to another box`)
    const accept = this.#listeners.get(port)
    const deliver = (arrive: () => void): void => (detours ? this.deliver(arrive) : process.nextTick(arrive))
    const options = { clock: box.clock, port, deliver }
    const near = new Half(options, true)
    if (accept === undefined) {
      // As TCP does, later: whoever connects hears of it only once it listens.
      box.immediate(() => void near.destroy(refused(port)))
      return near
    }
    const far = new Half(options, false)
    near.join(far)
    process.nextTick(() => accept(far))
    return near
  }
}

function refused(port: number): Error {
  return Object.assign(new Error(`connect ECONNREFUSED 127.0.0.1:${port}`), { code: 'ECONNREFUSED' })
}
