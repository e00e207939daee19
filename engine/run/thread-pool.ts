import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads'
import type { Clock } from '../base/clock.ts'
import { formatDuration } from '../base/duration.ts'
import type { FromThread, ThreadTask, ToThread } from './protocol.ts'
import { loopWords, shareLoop, worstLag, type LoopWords } from './loops.ts'
import { ThreadWatchdog, type Silence } from './thread-watchdog.ts'
import { MEMORY_MB, startWorkers, type Workers, type WorkersOptions } from './workers.ts'

/** How long threads may take to close what they hold. */
const CLOSE_MS = 10_000
/** A healthy thread turns its loop many times a second. */
const SILENT_MS = 10_000

export interface ThreadPoolOptions extends WorkersOptions {
  readonly clock: Clock
  /** Started before, with the same options; otherwise they are started now. Ended with the pool. */
  readonly workers?: Workers | undefined
  readonly task: Omit<ThreadTask, 'thread' | 'port' | 'beats' | 'loops'>
  /** A thread is given up when its loop has not turned for so long; 10 s unless given. */
  readonly silentMs?: number | undefined
  readonly onMessage: (thread: number, message: FromThread) => void
  /** A thread died; it is not replaced unless `start` is called again. */
  readonly onLost: (thread: number, reason: string) => void
}

interface Running {
  readonly port: MessagePort
  readonly ended: Promise<void>
  /** Ends the thread wherever it is, for a reason that is told. */
  readonly end: (reason: string) => void
}

/** Threads as the host sees them. */
export interface Pool {
  /** Makes a thread, also in the place of one that died. */
  start(thread: number): void
  post(thread: number, message: ToThread): void
  broadcast(message: ToThread): void
  /** Ends a thread wherever it is; it counts as lost. */
  end(thread: number, reason: string): void
  /** Threads whose loops do not turn at the moment. */
  silences(): readonly Silence[]
  /** By how many milliseconds the latest loop is late at the moment, that of the host among them. */
  lag(): number
  /** Lets every thread end its task, then ends the threads; one that does not come to an end is ended anyway. */
  close(): Promise<void>
  /** Ends the threads wherever they are; none of them counts as lost. */
  kill(): Promise<void>
}

/** One long-lived Piscina task per thread, with a port each. */
export class ThreadPool implements Pool {
  readonly #options: ThreadPoolOptions
  readonly #workers: Workers
  readonly #watchdog: ThreadWatchdog
  readonly #loops: LoopWords
  readonly #endLoop: () => void
  readonly #running = new Map<number, Running>()
  #ending = false

  constructor(options: ThreadPoolOptions) {
    const { clock, threads, silentMs = SILENT_MS } = options
    this.#options = options
    this.#watchdog = new ThreadWatchdog({
      clock,
      threads,
      silentMs,
      onSilent: ({ thread, ms }) => this.end(thread, `its loop did not turn for ${formatDuration(ms)}`),
    })
    this.#loops = loopWords(threads)
    this.#endLoop = shareLoop(clock, this.#loops)
    this.#workers = options.workers ?? startWorkers(options)
  }

  start(thread: number): void {
    const { port1, port2 } = new MessageChannel()
    const end = new AbortController()
    const hear = (message: FromThread): void => this.#options.onMessage(thread, message)
    port1.on('message', hear)
    const shared = { beats: this.#watchdog.beats, loops: this.#loops }
    const task: ThreadTask = { ...this.#options.task, ...shared, thread, port: port2 }
    const run = this.#workers.run(task, { transferList: [port2], signal: end.signal }) as Promise<void>
    const ended = run.then(
      () => this.#end(thread, port1),
      (error: unknown) => {
        // What it said last tells what it was doing.
        if (!this.#ending) hearTheRest(port1, hear)
        this.#end(thread, port1)
        if (!this.#ending) this.#options.onLost(thread, reasonOf(error, end.signal, this.#options))
      },
    )
    this.#running.set(thread, { port: port1, ended, end: (reason) => end.abort(reason) })
    this.#watchdog.watch(thread)
  }

  #end(thread: number, port: MessagePort): void {
    port.close()
    if (this.#running.get(thread)?.port !== port) return
    this.#running.delete(thread)
    this.#watchdog.forget(thread)
  }

  post(thread: number, message: ToThread): void {
    this.#running.get(thread)?.port.postMessage(message)
  }

  broadcast(message: ToThread): void {
    for (const thread of this.#running.keys()) this.post(thread, message)
  }

  end(thread: number, reason: string): void {
    this.#running.get(thread)?.end(reason)
  }

  silences(): readonly Silence[] {
    return this.#watchdog.silences()
  }

  lag(): number {
    return worstLag(this.#loops)
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
    this.#watchdog.stop()
    this.#endLoop()
    await this.#workers.destroy()
  }
}

function hearTheRest(port: MessagePort, hear: (message: FromThread) => void): void {
  for (;;) {
    const received = receiveMessageOnPort(port) as { readonly message: FromThread } | undefined
    if (received === undefined) return
    hear(received.message)
  }
}

/** Why a thread is gone, in words that stand behind a colon. */
function reasonOf(error: unknown, ended: AbortSignal, { memoryMb = MEMORY_MB }: ThreadPoolOptions): string {
  if (ended.aborted) return String(ended.reason)
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return `it needed more than the ${memoryMb} MiB of --thread-memory`
  return message
}
