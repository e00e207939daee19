import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { systemClock } from '../engine/base/clock.ts'

export interface Measured {
  readonly wallMs: number
  /** User and system time of all its threads. */
  readonly cpuMs: number
  readonly peakMiB: number
  readonly stdout: string
}

const ROOT = join(import.meta.dirname, '..')
const REPORT = pathToFileURL(join(import.meta.dirname, 'report-usage.js')).href

/** The command line as users start it. */
export const GWSCEN = join(ROOT, 'bin', 'gwscen.js')

/** Runs Node with arguments to its end; what it needed is told by itself at its end, over a pipe. */
export async function measureNode(args: readonly string[]): Promise<Measured> {
  const begin = systemClock.now()
  const child = spawn(process.execPath, ['--import', REPORT, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  const pipes = child.stdio.slice(1).map((pipe) => text(pipe as Readable))
  const [stdout = '', stderr = '', usage = ''] = await Promise.all(pipes)
  const [code] = (await closed) as [number | null]
  const wallMs = systemClock.now() - begin
  if (code !== 0)
    throw new Error(`node ${args.join(' ')} ended with ${code}:\n${stderr}${stdout.slice(0, 2000)}`)
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(usage) as NodeJS.ResourceUsage
  return { wallMs, cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMiB: maxRSS / 1024, stdout }
}

/** Runs it several times, one after the other; the best of each figure, which others on the machine disturb least. */
export async function bestOf(times: number, args: readonly string[]): Promise<Measured> {
  let best = await measureNode(args)
  for (let round = 1; round < times; round += 1) {
    const next = await measureNode(args)
    best = {
      wallMs: Math.min(best.wallMs, next.wallMs),
      cpuMs: Math.min(best.cpuMs, next.cpuMs),
      peakMiB: Math.max(best.peakMiB, next.peakMiB),
      stdout: next.stdout,
    }
  }
  return best
}
