import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ROOT, type Place } from './place.ts'
import { until } from './until.ts'

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** The real program, while it runs. */
export interface Running {
  readonly ended: Promise<Ended>
  stdout(): string
  stderr(): string
  send(signal: NodeJS.Signals): void
  /** Resolves with the groups of the first match on standard output; rejects when the program ends without it. */
  said(pattern: RegExp): Promise<RegExpMatchArray>
}

export interface StartOptions {
  readonly nodeFlags?: readonly string[]
  /** Beside what every program needs. */
  readonly env?: Readonly<Record<string, string>>
}

/** Starts `bin/gwscen.js` in a place, in whose temporary folder all its files go. */
export function startGwscen(
  place: Place,
  args: readonly string[],
  { nodeFlags = [], env = {} }: StartOptions = {},
): Running {
  const child = spawn(process.execPath, [...nodeFlags, join(ROOT, 'bin', 'gwscen.js'), ...args], {
    cwd: place.folder,
    env: { PATH: place.searchPath, HOME: place.temp, TMPDIR: place.temp, LANG: 'C.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const text = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk))
  let over = false
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      over = true
      resolve({ code, signal, ...text })
    })
  })
  place.defer(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return {
    ended,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    send: (signal) => void child.kill(signal),
    said: async (pattern) => {
      await until(() => over || pattern.test(text.stdout))
      const match = pattern.exec(text.stdout)
      if (match === null) throw new Error(`it ended and never said ${String(pattern)}:\n${text.stderr}`)
      return match
    },
  }
}

export function gwscen(place: Place, ...args: readonly string[]): Promise<Ended> {
  return startGwscen(place, args).ended
}
