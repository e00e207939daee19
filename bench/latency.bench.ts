import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GWSCEN, measureNode } from './child.ts'
import type { BenchOptions, Row } from './row.ts'

const TTL_MS = 150

/** A change by one branch, and a step of another that waits for it; then a key whose life ends. */
const scenario = (samples: number): string => `name: How soon a step ends after what it waits for
gateway: dedup
namespaces: [app]
vars:
  alert: "\${unique('Latency')}"
cases:
${Array.from({ length: samples }, (_, index) => `  - { n: ${index} }\n`).join('')}steps:
  - send:
      alert: { name: '\${vars.alert}', severity: warning, namespace: '\${ns.app}', pod: api-1 }
      expect: { status: 201 }
  - parallel:
      change:
        - wait: 100ms
        - patch: { crd: RemediationRequest, namespace: '\${ns.app}', status: { overallPhase: Pending } }
      watch:
        - expect:
            crd: RemediationRequest
            namespace: '\${ns.app}'
            status: { overallPhase: Pending }
            within: 5s
  - parallel:
      change:
        - wait: 100ms
        - redis: { command: SET, on: { key: '\${vars.alert}' }, args: ['1'] }
      watch:
        - expect: { redis: { key: '\${vars.alert}' }, value: '1', within: 5s }
  - redis: { command: PEXPIRE, on: { key: '\${vars.alert}' }, args: ['${TTL_MS}'] }
  - expect: { redis: { key: '\${vars.alert}' }, gone: true, within: 5s }
`

/** Which step changes what the other one waits for, and how long after its end that takes effect. */
const PAIRS = [
  { what: 'objects', change: 'steps.1/change/1', wait: 'steps.1/watch/0', afterMs: 0, below: 50 },
  { what: 'Redis values', change: 'steps.2/change/1', wait: 'steps.2/watch/0', afterMs: 0, below: 10 },
  { what: 'Redis expiries', change: 'steps.3', wait: 'steps.4', afterMs: TTL_MS, below: 10 },
] as const

/**
 * From a change of state to the end of the step that waits for it, on the embedded target and the real clock. Bounds are
 * for a lane that has the machine to itself; beside another one, work of that one lies in between.
 */
export async function latency({ smoke }: BenchOptions): Promise<readonly Row[]> {
  const samples = smoke ? 4 : 60
  const [alone, beside] = [await stepEnds(samples, 1), await stepEnds(samples, 2)]
  return PAIRS.map((pair) => {
    const [late, later] = [sorted(alone, pair), sorted(beside, pair)]
    return {
      name: `change to end of step, ${pair.what}, p95`,
      value: at95(late),
      unit: 'ms',
      ...(smoke ? {} : { bound: { below: pair.below } }),
      note: `${late.length} samples, from the end of the step that changes it; p50 ${late[late.length >> 1] ?? 0}; beside another lane of the thread p95 ${at95(later)}`,
    }
  })
}

/** Milliseconds from each change to the end of the wait for it. */
function sorted(
  ends: readonly StepEnds[],
  { change, wait, afterMs }: (typeof PAIRS)[number],
): readonly number[] {
  return ends.map((steps) => at(steps, wait) - at(steps, change) - afterMs).sort((a, b) => a - b)
}

function at95(late: readonly number[]): number {
  return Math.max(0, late[Math.ceil(late.length * 0.95) - 1] ?? 0)
}

type StepEnds = ReadonlyMap<string, number>

function at(steps: StepEnds, step: string): number {
  const found = steps.get(step)
  if (found === undefined) throw new Error(`no step ${step} among ${[...steps.keys()].join(', ')}`)
  return found
}

/** When each step of each scenario ended. */
async function stepEnds(samples: number, lanes: number): Promise<readonly StepEnds[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gwscen-latency-'))
  try {
    await writeFile(join(folder, 'latency.yaml'), scenario(samples))
    const events = join(folder, 'events.ndjson')
    const flags = ['--threads', '1', '--in-flight', String(lanes), '--reporter', 'json', '--no-history']
    await measureNode([GWSCEN, 'run', folder, ...flags, '--events', events])
    const ends = new Map<string, Map<string, number>>()
    for (const line of (await readFile(events, 'utf8')).split('\n').filter(Boolean)) {
      const event = JSON.parse(line) as { type: string; scenario: string; step: string; at: number }
      if (event.type !== 'step:ended') continue
      const steps = ends.get(event.scenario) ?? new Map<string, number>()
      ends.set(event.scenario, steps.set(event.step, event.at))
    }
    return [...ends.values()]
  } finally {
    await rm(folder, { recursive: true })
  }
}
