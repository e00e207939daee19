import { spawn, type ChildProcess } from 'node:child_process'
import { Socket } from 'node:net'
import { isatty } from 'node:tty'
import type { Writable } from 'node:stream'

import type { Clock } from '../../base/clock.ts'
import type { WatchdogOrder } from './watchdog.ts'

export interface WatchdogOptions {
  /** What node is to run, such as `['/opt/gwscen/dist/watchdog.js']`. */
  readonly entry: readonly string[]
  readonly clock: Clock
  /** Told once when it ended though nobody closed it: from then on a killed run leaves its things behind. */
  readonly onLost?: (reason: string) => void
}

/** Sees to it that what is guarded goes when this process does, however it ends. One for a whole process. */
export interface Watchdog {
  /** Call in the same turn as `spawn`; release when the process has exited. */
  guardPid(pid: number): void
  /** Call before the folder is made; the path is absolute. */
  guardFolder(folder: string): void
  releasePid(pid: number): void
  releaseFolder(folder: string): void
  /** Lets it remove what is still guarded, and resolves when it has ended. Rejects when something is left. */
  close(): Promise<void>
}

/** How long the removal of folders may take before the watchdog itself is killed. */
const CLOSE_MS = 10_000

export function createWatchdog(options: WatchdogOptions): Watchdog {
  const { child, input, ended } = launch(options.entry)
  let closing = false
  void ended.then((reason) => {
    if (!closing) options.onLost?.(reason ?? 'it ended by itself')
  })
  const order = (line: WatchdogOrder): void => {
    if (input.writable) input.write(`${JSON.stringify(line)}\n`)
  }
  const close = async (): Promise<void> => {
    closing = true
    child.ref()
    input.end()
    const cancel = options.clock.after(CLOSE_MS, () => child.kill('SIGKILL'))
    const reason = await ended
    cancel()
    if (reason !== undefined) throw new Error(`the watchdog did not remove everything: ${reason}`)
  }
  return {
    guardPid: (pid) => order({ guard: 'pid', what: String(pid) }),
    guardFolder: (what) => order({ guard: 'folder', what }),
    releasePid: (pid) => order({ release: 'pid', what: String(pid) }),
    releaseFolder: (what) => order({ release: 'folder', what }),
    close,
  }
}

interface Launched {
  readonly child: ChildProcess
  readonly input: Writable
  /** Why it ended; undefined when it had done all it was to do. */
  readonly ended: Promise<string | undefined>
}

function launch(entry: readonly string[]): Launched {
  // A session of its own: Ctrl-C in the terminal does not reach it. No environment: it needs no secrets.
  const child = spawn(process.execPath, entry, {
    detached: true,
    env: {},
    // Node gives a terminal back as it was when the process began, and it outlives us: keys may be read one by one then.
    stdio: ['pipe', 'ignore', isatty(2) ? 'ignore' : 'inherit'],
  })
  const input: Writable = child.stdin
  // A pipe whose reader is gone; `ended` tells why.
  input.on('error', () => undefined)
  // It must never keep this process alive.
  child.unref()
  if (input instanceof Socket) input.unref()
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(`it could not be started: ${error.message}`))
    child.once('exit', (code, signal) =>
      resolve(code === 0 ? undefined : `it ended with ${signal ?? `code ${String(code)}`}`),
    )
  })
  return { child, input, ended }
}
