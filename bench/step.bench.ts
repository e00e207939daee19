import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bestOf, GWSCEN, measureNode } from './child.ts'
import type { BenchOptions, Row } from './row.ts'

const BARE = join(import.meta.dirname, 'bare-calls.ts')

interface Kind {
  readonly what: string
  readonly step: string
  /** The same call without an engine, as `bare-calls.ts` names it; absent where a step makes none. */
  readonly bare?: string
}

const KINDS: readonly Kind[] = [
  { what: 'expect value', step: 'expect: { value: 1, $gte: 1 }' },
  { what: 'request', step: 'request: { path: /health, expect: { status: 200 } }', bare: 'request' },
  { what: 'redis', step: "redis: { command: SET, on: { key: '${vars.key}' }, args: ['1'] }", bare: 'redis' },
]

/** What the engine needs for a step beyond the call that the step makes: CPU of the whole process, events included. */
export async function step({ smoke }: BenchOptions): Promise<readonly Row[]> {
  const steps = smoke ? 100 : 2000
  const rows: Row[] = []
  for (const kind of KINDS) rows.push(await overhead(kind, { steps, rounds: smoke ? 1 : 3 }))
  return smoke ? rows.map((row) => ({ ...row, bound: { below: 5 } })) : rows
}

interface Size {
  /** After so many the engine is warm; what so many times `MANY` need beyond them is measured. */
  readonly steps: number
  readonly rounds: number
}

async function overhead({ what, step, bare }: Kind, size: Size): Promise<Row> {
  const engine = await perStep(size, (count) => cpuOfRun(step, count, size.rounds))
  const call = bare === undefined ? 0 : (await cpuOfCall(bare, size)) - (await cpuOfCall('nothing', size))
  const note =
    bare === undefined
      ? 'it calls nobody'
      : `${engine.toFixed(3)} less ${call.toFixed(3)} of the bare call between other work`
  return {
    name: `CPU of a step beyond its call, ${what}`,
    value: Math.max(0, engine - call),
    unit: 'ms',
    bound: { below: 0.3 },
    note: `${note}; ${MANY * size.steps} steps against ${size.steps}, best of ${size.rounds}`,
  }
}

const MANY = 4

/** The slope between some and many: what starting up needs falls out, and what V8 needs to compile what runs often. */
async function perStep({ steps }: Size, cpuMs: (count: number) => Promise<number>): Promise<number> {
  return ((await cpuMs(MANY * steps)) - (await cpuMs(steps))) / ((MANY - 1) * steps)
}

async function cpuOfCall(name: string, { steps, rounds }: Size): Promise<number> {
  const args = ['--import', 'tsx', BARE, name, String(steps), String(MANY * steps)]
  const seen: number[] = []
  for (let round = 0; round < rounds; round += 1) seen.push(Number((await measureNode(args)).stdout))
  return Math.min(...seen)
}

async function cpuOfRun(step: string, count: number, rounds: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'gwscen-step-'))
  try {
    await writeFile(join(folder, 'steps.yaml'), scenario(step, count))
    const flags = ['--threads', '1', '--in-flight', '1', '--reporter', 'none', '--no-history']
    const events = ['--events', join(folder, 'events.ndjson')]
    return (await bestOf(rounds, [GWSCEN, 'run', folder, ...flags, ...events])).cpuMs
  } finally {
    await rm(folder, { recursive: true })
  }
}

function scenario(step: string, count: number): string {
  const repeat = `  - repeat:\n      times: ${count}\n      steps:\n        - ${step}\n`
  return `name: One step, again and again\ngateway: dedup\nsmoke: true\ntimeout: 2m\nvars: { key: "\${unique('bench')}" }\nsteps:\n${repeat}`
}
