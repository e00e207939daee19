import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../engine/base/clock.ts'
import type { Event } from '../engine/events/event.ts'
import { decodeLog } from '../engine/events/ndjson.ts'
import { GWSCEN } from './child.ts'

const ROOT = join(import.meta.dirname, '..')
const LOOK_MS = 20
const PATIENCE_MS = 300_000

/**
 * From the launch of `gwscen run scenarios/` on the kind cluster to the start of its first scenario, by the stamps of
 * its events, the median of `times`; in milliseconds. Each run is stopped as soon as it has begun. One before them
 * brings everything up and is not counted.
 */
export async function firstStartMs(times: number): Promise<number> {
  const measured: number[] = []
  for (let round = 0; round <= times; round += 1) measured.push(await launchToFirst())
  const [middle = 0] = measured
    .slice(1)
    .sort((a, b) => a - b)
    .slice(Math.floor(times / 2))
  return middle
}

async function launchToFirst(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'gwscen-first-'))
  const events = join(folder, 'events.ndjson')
  const flags = ['--target', 'kind', '--threads', '4', '--reporter', 'none', '--no-history']
  const launchedAt = systemClock.wall()
  const child = spawn(process.execPath, [GWSCEN, 'run', 'scenarios/', ...flags, '--events', events], {
    cwd: ROOT,
    stdio: 'ignore',
  })
  const closed = once(child, 'close')
  try {
    for (;;) {
      const log = await logSoFar(events)
      const [begun] = log.flatMap((event) => (event.type === 'run:started' ? [event] : []))
      const first = log.find(({ type }) => type === 'scenario:started')
      if (begun !== undefined && first !== undefined) return begun.wall - launchedAt + first.at - begun.at
      if (child.exitCode !== null || systemClock.wall() - launchedAt > PATIENCE_MS)
        throw new Error(`no scenario started on kind: exit code ${child.exitCode ?? 'none'}`)
      await sleep(LOOK_MS)
    }
  } finally {
    child.kill('SIGINT')
    await closed
    await rm(folder, { recursive: true })
  }
}

async function logSoFar(file: string): Promise<readonly Event[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.includes('\n') ? decodeLog(text).events : []
}
