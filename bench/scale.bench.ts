import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GWSCEN, measureNode } from './child.ts'
import { watchGrowth } from './growth.ts'
import type { BenchOptions, Row } from './row.ts'

/** The main thread ends with an error where it needs more. */
const HEAP_MIB = 150

/**
 * Scenarios that hardly do anything, in files of their own, under the virtual clock: what each of them costs, in a small
 * suite and in a large one.
 */
export async function scale({ smoke }: BenchOptions): Promise<readonly Row[]> {
  const [few, many] = smoke ? [200, 1000] : [1000, 10_000]
  // What is paid once, however many there are.
  const one = await leastOf(ROUNDS, () => measured(1))
  const small = await leastOf(ROUNDS, () => measured(few))
  const large = await measured(many)
  const perSmall = (small.runCpuMs - one.runCpuMs) / (few - 1)
  const perLarge = (large.runCpuMs - one.runCpuMs) / (many - 1)
  const reading = ((await checkCpuMs(many)) - (await checkCpuMs(1))) / (many - 1)
  return [
    {
      name: `${many} scenarios under the virtual clock, with a verdict`,
      value: large.passed,
      unit: '',
      bound: { exactly: many },
    },
    {
      name: `CPU of a trivial scenario among ${many}, beyond reading its file`,
      value: perLarge - reading,
      unit: 'ms',
      bound: { below: smoke ? 8 : 1 },
      note: 'of all threads; run less validate, without what one scenario needs',
    },
    {
      name: `CPU of a scenario, among ${many} / among ${few}`,
      value: perLarge / perSmall,
      unit: '×',
      bound: { below: smoke ? 3 : 1.15 },
      note: `${perLarge.toFixed(2)} ms / ${perSmall.toFixed(2)} ms, with reading their files`,
    },
    {
      name: `${many} scenarios, memory of the process`,
      value: Math.round(large.peakMiB),
      unit: 'MiB',
      bound: { below: 600 },
      note: `peak resident size; the main thread had a heap of ${HEAP_MIB} MiB and no more`,
    },
    {
      name: `${many} scenarios, longest time in which their log did not grow`,
      value: Math.round(large.stillMs),
      unit: 'ms',
      bound: { below: smoke ? 20_000 : 1000 },
      note: `looked at while they ran, from the first event to the last; ${(large.wallMs / 1000).toFixed(1)} s in all`,
    },
  ]
}

interface Scaled {
  readonly runCpuMs: number
  readonly wallMs: number
  readonly stillMs: number
  readonly peakMiB: number
  readonly passed: number
}

/** Of the few, whose difference others on the machine would blur. */
const ROUNDS = 3

/** The round that took the least CPU. */
async function leastOf(rounds: number, measure: () => Promise<Scaled>): Promise<Scaled> {
  const first = await measure()
  if (rounds === 1) return first
  const others = await leastOf(rounds - 1, measure)
  return others.runCpuMs < first.runCpuMs ? others : first
}

async function measured(count: number): Promise<Scaled> {
  return inFolder(count, async (folder) => {
    const events = join(folder, 'events.ndjson')
    const heap = `--max-old-space-size=${HEAP_MIB}`
    const flags = ['--clock', 'virtual', '--threads', '2', '--reporter', 'list', '--no-history']
    const growth = watchGrowth(events)
    const command = ['run', join(folder, 'scenarios'), ...flags, '--events', events]
    const { cpuMs, wallMs, peakMiB } = await measureNode([heap, GWSCEN, ...command])
    const stillMs = growth.end()
    return { runCpuMs: cpuMs, wallMs, stillMs, peakMiB, passed: await passedIn(events) }
  })
}

async function checkCpuMs(count: number): Promise<number> {
  return inFolder(count, async (folder) => {
    const { cpuMs } = await measureNode([GWSCEN, 'validate', join(folder, 'scenarios')])
    return cpuMs
  })
}

async function inFolder<T>(count: number, measure: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'gwscen-scale-'))
  try {
    await mkdir(join(folder, 'scenarios'))
    for (let index = 0; index < count; index += 1)
      await writeFile(join(folder, 'scenarios', `s${index}.yaml`), scenario(index))
    return await measure(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

function scenario(index: number): string {
  return `name: Trivial, number ${index}\ngateway: none\nsmoke: true\nsteps:\n  - expect: { value: 1, $gte: 1 }\n`
}

async function passedIn(events: string): Promise<number> {
  const lines = (await readFile(events, 'utf8')).split('\n').filter(Boolean)
  const ends = lines
    .map((line) => JSON.parse(line) as { type?: string; scenario?: string; outcome?: string })
    .filter(({ type }) => type === 'scenario:ended')
  const passed = ends.filter(({ outcome }) => outcome === 'passed').map((end) => end.scenario)
  // One verdict each, not several.
  return new Set(passed).size === ends.length ? passed.length : -1
}
