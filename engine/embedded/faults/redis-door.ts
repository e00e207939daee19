import type { Duplex } from 'node:stream'
import type { Clock } from '../../base/clock.ts'
import type { RedisInstance } from '../redis/provider.ts'
import { tcpEntrance, type Entrance } from './entrance.ts'
import type { End } from './fault.ts'
import { RefusingConnection, type Refusal } from './refusing-connection.ts'

/**
 * An address in front of a Redis that faults can be hung on. Clients that shall meet them connect here instead of to
 * the instance.
 */
export class RedisDoor {
  readonly #instance: Pick<RedisInstance, 'dial' | 'restart'>
  readonly #clock: Clock
  readonly #entrance: Entrance
  readonly #refusals = new Set<Refusal>()
  readonly #delays = new Set<{ readonly ms: number }>()
  readonly #guests = new Set<Guest>()
  #pauses = 0
  #shuts = 0
  #isOpen = false

  private constructor(instance: Pick<RedisInstance, 'dial' | 'restart'>, clock: Clock, entrance: Entrance) {
    this.#instance = instance
    this.#clock = clock
    this.#entrance = entrance
  }

  static async open(
    instance: Pick<RedisInstance, 'dial' | 'restart'>,
    clock: Clock,
    entrance: Entrance = tcpEntrance(),
  ): Promise<RedisDoor> {
    const door = new RedisDoor(instance, clock, entrance)
    await door.#listen()
    return door
  }

  get host(): string {
    return this.#entrance.host
  }

  get port(): number {
    return this.#entrance.port
  }

  /** Closes every connection and takes no new ones until the fault ends. */
  async shut(): Promise<End> {
    this.#shuts += 1
    if (this.#shuts === 1) await this.#unlisten()
    return endOnce(async () => {
      this.#shuts -= 1
      if (this.#shuts === 0) await this.#listen()
    })
  }

  delayReplies(ms: number): End {
    const delay = { ms }
    this.#delays.add(delay)
    return endOnce(() => {
      this.#delays.delete(delay)
      return Promise.resolve()
    })
  }

  pause(): End {
    this.#pauses += 1
    return endOnce(() => {
      this.#pauses -= 1
      if (this.#pauses === 0) for (const guest of this.#guests) guest.resume()
      return Promise.resolve()
    })
  }

  refuse(refusal: Refusal): End {
    this.#refusals.add(refusal)
    return endOnce(() => {
      this.#refusals.delete(refusal)
      return Promise.resolve()
    })
  }

  restart(): Promise<void> {
    return this.#instance.restart()
  }

  /** Ends every connection; the instance goes on. */
  async close(): Promise<void> {
    await this.#unlisten()
  }

  async #listen(): Promise<void> {
    await this.#entrance.open((connection) => this.#welcome(connection))
    this.#isOpen = true
  }

  async #unlisten(): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
    await this.#entrance.shut(() => {
      for (const guest of this.#guests) guest.leave()
    })
  }

  #welcome(socket: Duplex): void {
    const guest = new Guest({
      client: socket,
      server: this.#instance.dial(),
      clock: this.#clock,
      refusal: (name) => firstOf(this.#refusals, name),
      delayMs: () => [...this.#delays].reduce((sum, { ms }) => sum + ms, 0),
      paused: () => this.#pauses > 0,
    })
    this.#guests.add(guest)
    socket.once('close', () => this.#guests.delete(guest))
  }
}

interface GuestOptions {
  readonly client: Duplex
  readonly server: Duplex
  readonly clock: Clock
  readonly refusal: Refusal
  readonly delayMs: () => number
  readonly paused: () => boolean
}

/** One connection through the door. */
class Guest {
  readonly #options: GuestOptions
  readonly #connection: RefusingConnection
  /** What came from either side while paused, in its order. */
  #held: (() => void)[] = []
  /** Replies in their order, the first of which has a timer. None overtakes another, however late a timer is. */
  readonly #delayed: { readonly due: number; readonly bytes: Buffer }[] = []
  #cancel = (): void => undefined

  constructor(options: GuestOptions) {
    this.#options = options
    const { client, server, refusal } = options
    this.#connection = new RefusingConnection({
      refusal,
      toServer: (bytes) => server.write(bytes),
      toClient: (bytes) => this.#reply(bytes),
    })
    client.on('data', (chunk: Buffer) => this.#unlessPaused(() => this.#connection.fromClient(chunk)))
    server.on('data', (chunk: Buffer) => this.#unlessPaused(() => this.#connection.fromServer(chunk)))
    for (const end of [client, server]) {
      // Whatever ends one side ends the other; the reason is nothing to us.
      end.on('error', () => this.leave())
      end.once('close', () => this.leave())
    }
  }

  leave(): void {
    this.#cancel()
    this.#options.client.destroy()
    this.#options.server.destroy()
  }

  resume(): void {
    const held = this.#held
    this.#held = []
    for (const pass of held) pass()
  }

  #unlessPaused(pass: () => void): void {
    if (this.#options.paused()) this.#held.push(pass)
    else pass()
  }

  #reply(bytes: Buffer): void {
    const { client, clock, delayMs } = this.#options
    const delay = delayMs()
    if (delay === 0 && this.#delayed.length === 0) client.write(bytes)
    else if (this.#delayed.push({ due: clock.now() + delay, bytes }) === 1) this.#deliverLater()
  }

  #deliverLater(): void {
    const { client, clock } = this.#options
    const [next] = this.#delayed
    if (next === undefined) return
    this.#cancel = clock.after(next.due - clock.now(), () => {
      const now = clock.now()
      while (this.#delayed[0] !== undefined && this.#delayed[0].due <= now)
        client.write(this.#delayed.shift()?.bytes)
      this.#deliverLater()
    })
  }
}

function firstOf(refusals: ReadonlySet<Refusal>, name: string): string | undefined {
  for (const refusal of refusals) {
    const said = refusal(name)
    if (said !== undefined) return said
  }
  return undefined
}

/** So that a fault that ends twice ends once. */
function endOnce(end: End): End {
  let ended: Promise<void> | undefined
  return () => (ended ??= end())
}
