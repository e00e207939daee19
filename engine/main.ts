import { readFileSync } from 'node:fs'
import { availableParallelism, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import type { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { isatty } from 'node:tty'
import { systemClock } from './base/clock.ts'
import { openKeyboard } from './commands/keyboard.ts'
import { createProgram } from './commands/program.ts'
import { terminalJob } from './commands/terminal-job.ts'
import { stdoutFailed } from './commands/stdout-failed.ts'
import { UsageError } from './commands/usage-error.ts'
import type { OutputSink, Signal, World } from './commands/world.ts'
import { usableCpus, withinMemory } from './plan/cpus.ts'
import { speaksUnicode } from './reporters/symbols.ts'
import { isLive } from './reporters/terminal/live.ts'

export interface MainOptions {
  /** Folder of the package. */
  readonly root: string
}

/** Runs one command line; gives the exit code. The only reader of the process's environment and streams. */
export async function main(argv: readonly string[], { root }: MainOptions): Promise<number> {
  const world = worldOf(root)
  try {
    const code = await createProgram(world).run(argv)
    // What nobody could read is no success, whatever the command says.
    return code === 0 && (await stdoutFailed(world.stdout)) ? 74 : code
  } catch (error) {
    if (error instanceof UsageError) {
      world.stderr.write(`gwscen: ${error.message}\n`)
      return 2
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    world.stderr.write(`gwscen: internal error, please report it\n${text}\n`)
    return 70
  }
}

function worldOf(root: string): World {
  const { env } = process
  const leaving = new Set<() => void>()
  const stdout = gathered(process.stdout)
  const leave = (): void => {
    leaving.forEach((listener) => listener())
    // Its turn may be the last one.
    stdout.flush()
  }
  process.on('exit', leave)
  process.on('uncaughtExceptionMonitor', leave)
  const hasKeys = isatty(0) && isLive({ isTTY: process.stdout.isTTY, env })
  const keyboard = hasKeys ? openKeyboard(process.stdin, terminalJob(process, leave)) : undefined
  return {
    cwd: process.cwd(),
    env,
    stdout: outputSink(process.stdout, stdout.write),
    stderr: outputSink(process.stderr, (text) => {
      // Who sees both sees them in order.
      stdout.flush()
      process.stderr.write(text)
    }),
    unicode: speaksUnicode(env),
    readInput: () => text(process.stdin),
    clock: systemClock,
    version: versionOf(root),
    ...buildOf(import.meta.filename),
    root,
    tempFolder: tmpdir(),
    freshSeed: () => randomBytes(4).toString('hex'),
    cpus: () =>
      withinMemory(
        usableCpus(availableParallelism(), {
          v2: textOf('/sys/fs/cgroup/cpu.max'),
          v1Quota: textOf('/sys/fs/cgroup/cpu/cpu.cfs_quota_us'),
          v1Period: textOf('/sys/fs/cgroup/cpu/cpu.cfs_period_us'),
        }),
        usableMemory(),
      ),
    onSignal: (listener) => {
      const heard = (signal: Signal): void => listener(signal)
      process.on('SIGINT', heard)
      process.on('SIGTERM', heard)
      return () => {
        process.off('SIGINT', heard)
        process.off('SIGTERM', heard)
      }
    },
    onAsked: (listener) => {
      process.on('SIGUSR1', listener)
      return () => void process.off('SIGUSR1', listener)
    },
    ...(keyboard === undefined ? {} : { keyboard }),
    onExit: (listener) => {
      leaving.add(listener)
      return () => void leaving.delete(listener)
    },
    exitNow: (code) => process.exit(code),
  }
}

function versionOf(root: string): string {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly version: string
  }
  return manifest.version
}

/** The entry of a bundle names its parts by what is in them, so its own text tells builds apart. */
function buildOf(entry: string): Pick<World, 'build'> {
  const text = entry.endsWith('.ts') ? undefined : textOf(entry)
  return text === undefined ? {} : { build: text }
}

/** Bytes: the machine's, or less where a control group says so. */
function usableMemory(): number {
  // Without a limit it says 0 or more than there is.
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number }

/** Hands over together what is written in one turn: thousands of short lines are costly one by one. */
function gathered(stream: Writable): { readonly write: (text: string) => void; readonly flush: () => void } {
  let holds = false
  const flush = (): void => {
    if (holds) stream.uncork()
    holds = false
  }
  const write = (text: string): void => {
    if (!holds) {
      holds = true
      stream.cork()
      process.nextTick(flush)
    }
    stream.write(text)
  }
  return { write, flush }
}

function outputSink(stream: Output, write: (text: string) => void): OutputSink {
  let failed = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    failed ||= error.code !== 'EPIPE'
  })
  return {
    write,
    get isTTY() {
      return stream.isTTY === true
    },
    get columns() {
      return sizeOr(stream.columns, 80)
    },
    get rows() {
      return sizeOr(stream.rows, 24)
    },
    onResize: (listener) => {
      stream.on('resize', listener)
      return () => void stream.off('resize', listener)
    },
    failed: () => failed,
  }
}

/** Some terminals that are none, such as those of CI systems, say that they are nothing wide. */
function sizeOr(size: number | undefined, usual: number): number {
  return size === undefined || size <= 0 ? usual : size
}
