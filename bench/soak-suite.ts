import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeLog } from '../engine/events/ndjson.ts'
import { reduce } from '../engine/events/reduce.ts'
import { initialState, type RunState } from '../engine/events/run-state.ts'
import { GWSCEN } from './child.ts'

const ROUNDS = 10

interface Round {
  readonly name: string
  readonly flags: readonly string[]
}

/** The whole suite again and again, each time in another order, and once with one scenario at a time; a line per run. */
export async function soakSuite(args: readonly string[]): Promise<boolean> {
  const rounds = Number(args[0] ?? ROUNDS)
  const shuffled = Array.from({ length: rounds }, (_, index): Round => {
    const seed = `soak-${index + 1}`
    return { name: `shuffled ${index + 1} of ${rounds}`, flags: ['--shuffle', seed, '--seed', seed] }
  })
  const serial: Round = { name: 'one thread, one lane', flags: ['--threads', '1', '--in-flight', '1'] }
  let clean = 0
  const all = [...shuffled, serial]
  for (const round of all) if (await isClean(round)) clean += 1
  process.stdout.write(`${clean} of ${all.length} runs clean\n`)
  return clean === all.length
}

async function isClean({ name, flags }: Round): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'gwscen-soak-'))
  try {
    const events = join(folder, 'events.ndjson')
    const quiet = ['--reporter', 'none', '--no-history', '--events', events]
    const suite = spawn(process.execPath, [GWSCEN, 'run', 'scenarios', ...quiet, ...flags], {
      cwd: join(import.meta.dirname, '..'),
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const [code] = (await once(suite, 'close')) as [number | null]
    const state = decodeLog(await readFile(events, 'utf8')).events.reduce(reduce, initialState)
    const bad = badOf(state)
    process.stdout.write(`${name}: exit ${code}, ${state.finished.all.length} scenarios, ${told(bad)}\n`)
    return code === 0 && state.finished.all.length > 0 && bad.length === 0
  } finally {
    await rm(folder, { recursive: true })
  }
}

function badOf({ finished }: RunState): readonly string[] {
  const bad = finished.all.filter(({ outcome }) => outcome !== 'passed' && outcome !== 'skipped')
  return bad.map(
    ({ plan, outcome = 'without an end', failure }) => `${plan.id} ${outcome}: ${failure?.message ?? ''}`,
  )
}

function told(bad: readonly string[]): string {
  return bad.length === 0 ? 'no failure' : bad.join('; ')
}
