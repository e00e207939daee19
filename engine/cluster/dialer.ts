import type http from 'node:http'
import type { Clock } from '../base/clock.ts'
import { describeError } from '../base/failure.ts'
import type { MakeConnection } from '../http/make-connection.ts'
import { ForwardError } from './forward-error.ts'
import { forwardAgent, openPodSocket, type PodSocketEvents } from './pod-socket.ts'
import { PodStream } from './pod-stream.ts'
import type { PodIdentity } from './ready-pod.ts'
import type { ClusterConnection } from './types.ts'

export interface DialerOptions {
  readonly connection: ClusterConnection
  readonly clock: Clock
  /** Finds the pod to connect to; asked again after every failure. */
  readonly pods: () => Promise<PodIdentity>
  /** The pod's port. */
  readonly port: number
  readonly makeConnection?: MakeConnection
  /** Called when the API server does not take the credentials; then they will be renewed. */
  readonly onRefused?: () => void
  /** Default 15 s. */
  readonly pingMs?: number
  /** Default 5 s. */
  readonly lingerMs?: number
}

export interface ConnectionCounts {
  readonly open: number
  readonly total: number
  readonly broken: number
}

export type RefreshFor = 'a look' | 'a beginning'

/** Connections to one port of whichever pod is ready. */
export interface Dialer {
  /** The pod that the newest connection goes to. */
  readonly target: PodIdentity | undefined
  /** Grows whenever a connection broke or the pod became another one: equal epochs mean an undisturbed time. */
  readonly epoch: number
  /** What went wrong last, also if it went well since. */
  readonly lastError: string | undefined
  readonly connections: ConnectionCounts
  /** A byte stream to the pod. Its `error` event is a `ForwardError`. */
  dial(): PodStream
  /** Connects once. Rejects with `ForwardError` when the pod's port cannot be reached. */
  check(signal?: AbortSignal): Promise<void>
  /** Calls the listener at each connection that breaks; the returned function ends that. */
  on(event: 'broken', listener: (error: Error) => void): () => void
  /**
   * Looks which pod there is now; `epoch` grows when it is another one, and when a connection still leads to one that was
   * replaced. It grows also where there is none or nobody can tell; then this rejects. Who begins anew, with nobody else
   * here, does not mind what becomes of such connections.
   */
  refresh(wanted?: RefreshFor): Promise<void>
  /** New credentials, from the next connection on. */
  update(connection: ClusterConnection): void
  /** Breaks off what is open. */
  close(): void
}

/** Between the tries to open one connection; nothing has been sent yet. */
const RETRY_DELAYS_MS = [100, 200, 400]
/** The protocol does not say that the pod's port is open, only that it is not: no news for this long is good news. */
const QUIET_MS = 250

export function createDialer(options: DialerOptions): Dialer {
  return new PodDialer(options)
}

class PodDialer implements Dialer {
  readonly #options: DialerOptions
  readonly #streams = new Set<PodStream>()
  readonly #podOf = new WeakMap<PodStream, PodIdentity>()
  /** Leftovers of a time before the one whose disturbances are counted. */
  readonly #forgotten = new WeakSet<PodStream>()
  readonly #listeners = new Set<(error: Error) => void>()
  #connection: ClusterConnection
  #agent: http.Agent
  /** The resolution that new connections share until something fails. */
  #resolved: Promise<PodIdentity> | undefined
  #target: PodIdentity | undefined
  #epoch = 0
  #lastError: string | undefined
  #total = 0
  #broken = 0

  constructor(options: DialerOptions) {
    this.#options = options
    this.#connection = options.connection
    this.#agent = forwardAgent(options.connection)
  }

  get target(): PodIdentity | undefined {
    return this.#target
  }

  get epoch(): number {
    return this.#epoch
  }

  get lastError(): string | undefined {
    return this.#lastError
  }

  get connections(): ConnectionCounts {
    return { open: this.#streams.size, total: this.#total, broken: this.#broken }
  }

  dial(): PodStream {
    const { clock, pingMs, lingerMs } = this.#options
    const stream: PodStream = new PodStream({
      clock,
      open: async (events, signal) => {
        const { socket, pod } = await this.#open(events, signal)
        this.#podOf.set(stream, pod)
        return socket
      },
      ...(pingMs === undefined ? {} : { pingMs }),
      ...(lingerMs === undefined ? {} : { lingerMs }),
    })
    this.#total += 1
    this.#streams.add(stream)
    stream.on('error', (error) => {
      if (!this.#forgotten.has(stream)) this.#onBroken(error)
    })
    stream.on('close', () => {
      this.#streams.delete(stream)
      // Until now something may have gone to a pod that was on its way out.
      if (this.#isElsewhere(stream)) this.#epoch += 1
    })
    return stream
  }

  async check(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    const stream = this.dial()
    const quiet = new AbortController()
    const abort = (): void => void stream.destroy(signal?.reason as Error)
    signal?.addEventListener('abort', abort, { once: true })
    try {
      await new Promise<void>((resolve, reject) => {
        stream.on('error', reject)
        stream.once('data', () => resolve())
        stream.once('connect', () => {
          this.#options.clock.sleep(QUIET_MS, quiet.signal).then(resolve, reject)
        })
      })
    } finally {
      signal?.removeEventListener('abort', abort)
      quiet.abort(new Error('checked'))
      stream.destroy()
    }
  }

  on(_: 'broken', listener: (error: Error) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  async refresh(wanted: RefreshFor = 'a look'): Promise<void> {
    this.#resolved = undefined
    const before = this.#epoch
    try {
      await this.#resolve()
    } catch (error) {
      this.#epoch += 1
      this.#lastError = describeError(error)
      throw error
    }
    const elsewhere = [...this.#streams].filter((stream) => this.#isElsewhere(stream))
    if (this.#epoch === before && elsewhere.length > 0) this.#epoch += 1
    if (wanted === 'a beginning') for (const stream of elsewhere) this.#forgotten.add(stream)
  }

  /** Whether a connection leads to a pod that another one has replaced. */
  #isElsewhere(stream: PodStream): boolean {
    if (this.#forgotten.has(stream)) return false
    const pod = this.#podOf.get(stream)
    return pod !== undefined && this.#target !== undefined && !isSame(pod, this.#target)
  }

  update(connection: ClusterConnection): void {
    this.#connection = connection
    this.#agent = forwardAgent(connection)
  }

  close(): void {
    for (const stream of [...this.#streams]) stream.destroy()
    this.#agent.destroy()
  }

  async #open(events: PodSocketEvents, signal: AbortSignal) {
    const { clock, port, makeConnection } = this.#options
    for (let tries = 0; ; tries += 1) {
      try {
        const pod = await this.#resolve()
        const [connection, agent] = [this.#connection, this.#agent]
        const to = { connection, agent, clock, pod, port, makeConnection }
        return { socket: await openPodSocket({ ...to, events, signal }), pod }
      } catch (error) {
        this.#resolved = undefined
        const delay = RETRY_DELAYS_MS[tries]
        const refused = error instanceof ForwardError && error.refused
        if (refused) this.#options.onRefused?.()
        const waitsForCredentials = refused && this.#options.onRefused !== undefined
        const hopeless = error instanceof ForwardError && !error.passing && !waitsForCredentials
        if (signal.aborted || hopeless || delay === undefined) throw error
        this.#lastError = describeError(error)
        await clock.sleep(delay, signal)
      }
    }
  }

  async #resolve(): Promise<PodIdentity> {
    this.#resolved ??= this.#options.pods()
    const pod = await this.#resolved
    const before = this.#target
    if (before !== undefined && !isSame(before, pod)) this.#epoch += 1
    this.#target = pod
    return pod
  }

  #onBroken(error: Error): void {
    this.#resolved = undefined
    this.#broken += 1
    this.#epoch += 1
    this.#lastError = error.message
    for (const listener of [...this.#listeners]) listener(error)
  }
}

function isSame(one: PodIdentity, other: PodIdentity): boolean {
  return one.uid === other.uid && one.restarts === other.restarts
}
