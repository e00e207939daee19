import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EventOf } from '../engine/events/event.ts'
import { GWSCEN, measureNode } from './child.ts'
import type { BenchOptions, Row } from './row.ts'

type Makespan = NonNullable<EventOf<'run:ended'>['makespan']>

/** How well the lanes are used: the shipped suite against what no schedule could undercut, as planned and as it runs. */
export async function makespan({ smoke }: BenchOptions): Promise<readonly Row[]> {
  const planned = await plannedRow()
  if (smoke) return [planned]
  const { wallMs, ms, floorMs, bound } = await ran()
  return [
    planned,
    {
      name: 'scenarios/ on the embedded target, makespan / floor',
      value: ms / floorMs,
      unit: '×',
      bound: { below: 1.05 },
      note: `${Math.round(ms)} ms / ${Math.round(floorMs)} ms, ${bound}`,
    },
    {
      name: 'scenarios/ on the embedded target, wall',
      value: wallMs / 1000,
      unit: 's',
      bound: { below: 12 },
      note: 'from the start of the process to its end',
    },
  ]
}

/** By the same dispatcher, without time: the same on every machine. */
async function plannedRow(): Promise<Row> {
  const flags = ['--threads', '2', '--in-flight', '16', '--no-history', '--json']
  const { stdout } = await measureNode([GWSCEN, 'plan', 'scenarios/', ...flags])
  const { expectedMs, floor } = JSON.parse(stdout) as { expectedMs: number; floor: { ms: number } }
  return {
    name: 'plan of scenarios/, expected / floor',
    value: expectedMs / floor.ms,
    unit: '×',
    bound: { below: 1.05 },
    note: `${expectedMs} ms / ${floor.ms} ms`,
  }
}

async function ran(): Promise<Makespan & { readonly wallMs: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'gwscen-makespan-'))
  try {
    const events = join(folder, 'events.ndjson')
    const flags = ['--reporter', 'json', '--no-history', '--events', events]
    const { wallMs } = await measureNode([GWSCEN, 'run', 'scenarios/', ...flags])
    return { wallMs, ...makespanIn(await readFile(events, 'utf8')) }
  } finally {
    await rm(folder, { recursive: true })
  }
}

function makespanIn(events: string): Makespan {
  for (const line of events.split('\n').filter(Boolean)) {
    const event = JSON.parse(line) as Partial<EventOf<'run:ended'>>
    if (event.type === 'run:ended' && event.makespan !== undefined) return event.makespan
  }
  throw new Error('the run told no makespan')
}
