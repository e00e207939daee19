import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { Piscina } from 'piscina'
import type { Clock } from '../base/clock.ts'
import type { FromThread, ThreadTask, ToThread } from './protocol.ts'

/** How long threads may take to close what they hold. */
const CLOSE_MS = 10_000

export interface ThreadPoolOptions {
  readonly clock: Clock
  readonly threads: number
  /** The built thread entry. */
  readonly entry: string
  readonly task: Omit<ThreadTask, 'thread' | 'port'>
  readonly onMessage: (thread: number, message: FromThread) => void
  /** A thread died; it is not replaced unless `start` is called again. */
  readonly onLost: (thread: number, reason: string) => void
}

interface Running {
  readonly port: MessagePort
  readonly ended: Promise<void>
}

/** Threads as the host sees them. */
export interface Pool {
  /** Makes a thread, also in the place of one that died. */
  start(thread: number): void
  post(thread: number, message: ToThread): void
  broadcast(message: ToThread): void
  /** Lets every thread end its task, then ends the threads; one that does not come to an end is ended anyway. */
  close(): Promise<void>
  /** Ends the threads wherever they are; none of them counts as lost. */
  kill(): Promise<void>
}

/** One long-lived Piscina task per thread, with a port each. */
export class ThreadPool implements Pool {
  readonly #options: ThreadPoolOptions
  readonly #piscina: Piscina
  readonly #running = new Map<number, Running>()
  #ending = false

  constructor(options: ThreadPoolOptions) {
    this.#options = options
    this.#piscina = new Piscina({
      filename: options.entry,
      minThreads: options.threads,
      maxThreads: options.threads,
      idleTimeout: Number.POSITIVE_INFINITY,
      concurrentTasksPerWorker: 1,
      // The default puts a worker's event loop to sleep between tasks, and its sockets with it.
      atomics: 'disabled',
      // Workers get what they need in their task; nothing of the environment.
      env: {},
    })
    // A throw outside a task also rejects the task, which is where it is dealt with.
    this.#piscina.on('error', () => undefined)
  }

  start(thread: number): void {
    const { port1, port2 } = new MessageChannel()
    port1.on('message', (message: FromThread) => this.#options.onMessage(thread, message))
    const task: ThreadTask = { ...this.#options.task, thread, port: port2 }
    const run = this.#piscina.run(task, { transferList: [port2] }) as Promise<void>
    const ended = run.then(
      () => this.#end(thread, port1),
      (error: unknown) => {
        this.#end(thread, port1)
        if (!this.#ending)
          this.#options.onLost(thread, error instanceof Error ? error.message : String(error))
      },
    )
    this.#running.set(thread, { port: port1, ended })
  }

  #end(thread: number, port: MessagePort): void {
    port.close()
    if (this.#running.get(thread)?.port === port) this.#running.delete(thread)
  }

  post(thread: number, message: ToThread): void {
    this.#running.get(thread)?.port.postMessage(message)
  }

  broadcast(message: ToThread): void {
    for (const thread of this.#running.keys()) this.post(thread, message)
  }

  async close(): Promise<void> {
    this.broadcast({ type: 'close' })
    const ended = Promise.all([...this.#running.values()].map((running) => running.ended))
    let cancel = (): void => undefined
    const late = new Promise<void>((resolve) => {
      cancel = this.#options.clock.after(CLOSE_MS, resolve)
    })
    await Promise.race([ended, late])
    cancel()
    await this.kill()
  }

  async kill(): Promise<void> {
    this.#ending = true
    await this.#piscina.destroy()
  }
}
