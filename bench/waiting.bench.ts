import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GWSCEN, measureNode } from './child.ts'
import type { BenchOptions, Row } from './row.ts'

const LANES = 16

/** Scenarios that do nothing but wait: what the engine adds to waiting, in time and in CPU. */
export async function waiting({ smoke }: BenchOptions): Promise<readonly Row[]> {
  const count = smoke ? 2 * LANES : 13 * LANES
  const one = await waited(1)
  const all = await waited(count)
  const idealMs = (count / LANES) * 500
  const cpu = {
    name: `${count} × 500ms on ${LANES} lanes, CPU beyond a run of one`,
    value: (all.cpuMs - one.cpuMs) / 1000,
    unit: 's',
    bound: { below: smoke ? 10 : 1.5 },
    note: `the whole process ${(all.cpuMs / 1000).toFixed(2)} s, of which a run of one scenario needs ${(one.cpuMs / 1000).toFixed(2)} s`,
  }
  if (smoke) return [cpu]
  return [
    {
      name: `${count} × 500ms on ${LANES} lanes, first start to last end`,
      value: Math.round(all.spanMs),
      unit: 'ms',
      bound: { below: 6800 },
      note: `ideal ${idealMs} ms; by the stamps of the events`,
    },
    cpu,
  ]
}

interface Waited {
  readonly spanMs: number
  readonly cpuMs: number
}

async function waited(count: number): Promise<Waited> {
  const folder = await mkdtemp(join(tmpdir(), 'gwscen-waiting-'))
  try {
    for (let index = 0; index < count; index += 1)
      await writeFile(join(folder, `w${index}.yaml`), scenario(index))
    const events = join(folder, 'events.ndjson')
    const flags = ['--threads', '2', '--in-flight', String(LANES / 2), '--reporter', 'json', '--no-history']
    const { cpuMs } = await measureNode([GWSCEN, 'run', folder, ...flags, '--events', events])
    return { cpuMs, spanMs: spanOf(await readFile(events, 'utf8')) }
  } finally {
    await rm(folder, { recursive: true })
  }
}

function scenario(index: number): string {
  return `name: Waits, number ${index}\ngateway: none\nsmoke: true\nsteps:\n  - wait: 500ms\n`
}

function spanOf(events: string): number {
  const read = events
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { type: string; at: number })
  const at = (type: string): number[] => read.filter((event) => event.type === type).map((event) => event.at)
  return Math.max(...at('attempt:ended')) - Math.min(...at('scenario:started'))
}
