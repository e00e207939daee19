/**
 * A process of its own that outlives ours by a moment: our end of its standard input closes however we end, `kill -9`
 * included. It then kills the processes and removes the folders that are still guarded, and ends.
 *
 * Lines on standard input: `WatchdogOrder` as JSON. Started by `createWatchdog`; takes no arguments.
 */
import { readFileSync, rmSync } from 'node:fs'
import { createInterface } from 'node:readline'

export type WatchdogOrder =
  | { readonly guard: 'pid' | 'folder'; readonly what: string }
  | { readonly release: 'pid' | 'folder'; readonly what: string }

/** By pid, when that process was started: a pid that was given to another process since then is left alone. */
const pids = new Map<string, string | undefined>()
const folders = new Set<string>()

// Ctrl-C reaches the whole foreground group, a shutdown everybody; the clean-up comes after our process, not with it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)

const lines = createInterface({ input: process.stdin })
lines.on('line', hear)
lines.on('close', () => {
  killPids()
  process.exitCode = removeFolders() ? 0 : 1
})

/** A process that is killed while it writes leaves half a line; that must not keep us from the rest. */
function hear(line: string): void {
  try {
    obey(JSON.parse(line) as WatchdogOrder)
  } catch (error) {
    complain(`order ${line} was not understood`, error)
  }
}

function obey(order: WatchdogOrder): void {
  if ('guard' in order) {
    if (order.guard === 'pid') pids.set(order.what, startOf(order.what))
    else folders.add(order.what)
    return
  }
  if (order.release === 'pid') pids.delete(order.what)
  else folders.delete(order.what)
}

function killPids(): void {
  for (const [pid, started] of pids) {
    if (startOf(pid) !== started) continue
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch (error) {
      const gone = (error as NodeJS.ErrnoException).code === 'ESRCH'
      if (!gone) complain(`process ${pid} is left`, error)
    }
  }
}

function removeFolders(): boolean {
  let all = true
  for (const folder of folders) {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
    } catch (error) {
      all = false
      complain(`folder ${folder} is left`, error)
    }
  }
  return all
}

/** Field 22 of `/proc/PID/stat`: ticks from boot to the start of the process. Undefined where there is no /proc. */
function startOf(pid: string): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the name in brackets and may hold blanks and brackets.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

function complain(what: string, error: unknown): void {
  process.stderr.write(`gwscen: ${what}: ${error instanceof Error ? error.message : String(error)}\n`)
}
