import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canonicalLines } from '../engine/events/canonical.ts'
import { decodeLog } from '../engine/events/ndjson.ts'
import { reduce } from '../engine/events/reduce.ts'
import { initialState, type RunState } from '../engine/events/run-state.ts'
import { GWSCEN } from './child.ts'

/** A run of the command line, and what it left in its log. */
export interface SuiteRun {
  readonly code: number | null
  readonly state: RunState
  /** As `gwscen report --canonical` prints them. */
  readonly canonical: readonly string[]
}

/** `gwscen run` with these arguments, as users start it. */
export async function runSuite(args: readonly string[]): Promise<SuiteRun> {
  const folder = await mkdtemp(join(tmpdir(), 'gwscen-soak-'))
  try {
    const log = join(folder, 'events.ndjson')
    const quiet = ['--reporter', 'none', '--no-history', '--events', log]
    const child = spawn(process.execPath, [GWSCEN, 'run', ...args, ...quiet], {
      cwd: join(import.meta.dirname, '..'),
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const [code] = (await once(child, 'close')) as [number | null]
    const { events } = decodeLog(await readFile(log, 'utf8'))
    return { code, state: events.reduce(reduce, initialState), canonical: canonicalLines(events) }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** How a scenario ended, and why where it did not pass. */
export interface Verdict {
  readonly outcome: string
  readonly why: string
}

/** Scenario → how it ended. */
export function verdictsOf({ finished }: RunState): ReadonlyMap<string, Verdict> {
  return new Map(
    finished.all.map(({ plan, outcome = 'without an end', failure }) => [
      plan.id,
      { outcome, why: failure?.message ?? '' },
    ]),
  )
}

/** `passed`, `failed: …`. */
export function told(verdict: Verdict | undefined): string {
  if (verdict === undefined) return 'it did not run'
  return verdict.why === '' ? verdict.outcome : `${verdict.outcome}: ${verdict.why}`
}
