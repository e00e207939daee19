import type { Event, EventBody } from '../engine/events/event.ts'
import { reduce } from '../engine/events/reduce.ts'
import { initialState } from '../engine/events/run-state.ts'
import { createReporter } from '../engine/reporters/index.ts'
import { ManualClock } from '../engine/testing/manual-clock.ts'
import type { BenchOptions, Row } from './row.ts'

const LANES = 32
const SECOND_MS = 1000

/** What the live footer of a large suite takes of one CPU: while nothing but time passes, and while something happens all the time. */
export async function footer({ smoke }: BenchOptions): Promise<readonly Row[]> {
  const scenarios = smoke ? 300 : 10_000
  const seconds = smoke ? 5 : 60
  const quiet = await share({ scenarios, seconds, everyMs: Infinity })
  const busy = await share({ scenarios, seconds, everyMs: 20 })
  const note = `${scenarios} scenarios, ${LANES} lanes, 200 × 50, over ${seconds} s`
  // Wide margins where only the working is looked at.
  const bound = { below: smoke ? 20 : 1 }
  return [
    { name: 'CPU of the footer while time passes', value: quiet, unit: '%', bound, note },
    { name: 'CPU of the footer with 50 events a second', value: busy, unit: '%', bound, note },
  ]
}

interface Load {
  readonly scenarios: number
  readonly seconds: number
  readonly everyMs: number
}

/** Percent of one CPU, without what the events themselves take. */
async function share({ scenarios, seconds, everyMs }: Load): Promise<number> {
  const clock = new ManualClock()
  let bytes = 0
  const sink = { write: (text: string) => void (bytes += text.length), isTTY: true, columns: 200, rows: 50 }
  const options = { sink, colour: { env: {} }, unicode: true, sourceOf: () => undefined, clock }
  const reporter = createReporter('list', options)
  let state = initialState
  let seq = 0
  let cpuMs = 0
  const timed = async (work: () => void | Promise<void>): Promise<void> => {
    const before = process.cpuUsage()
    await work()
    const { user, system } = process.cpuUsage(before)
    cpuMs += (user + system) / 1000
  }
  const tell = async (body: EventBody): Promise<void> => {
    const event: Event = { ...body, seq: (seq += 1), at: clock.now() }
    state = reduce(state, event)
    await timed(() => reporter.on?.(event, state))
  }
  for (const body of beginning(scenarios)) await tell(body)
  await clock.advance(SECOND_MS)
  cpuMs = 0
  for (let at = 0; at < seconds * SECOND_MS; at += Math.min(SECOND_MS, everyMs)) {
    if (everyMs < Infinity) {
      const lane = (at / everyMs) % LANES
      await tell({ type: 'step:waiting', ...placeOf(lane), ms: 5000, seen: `expected 2, found ${at}` })
    }
    await timed(() => clock.advance(Math.min(SECOND_MS, everyMs)))
  }
  await reporter.close?.(state)
  if (bytes === 0) throw new Error('nothing was drawn')
  return (cpuMs / (seconds * SECOND_MS)) * 100
}

function placeOf(lane: number): {
  readonly scenario: string
  readonly attempt: number
  readonly step: string
} {
  return { scenario: `suite/scenario-${lane}`, attempt: 1, step: 'steps.3' }
}

function beginning(count: number): readonly EventBody[] {
  const scenarios = Array.from({ length: count }, (_, index) => ({
    ...{
      id: `suite/scenario-${index}`,
      name: 'Something that is expected holds',
      file: `suite/${index}.yaml`,
    },
    ...{ line: 1, tags: [], profile: 'dedup', expected: { ms: 4000, from: 'history' as const } },
  }))
  const span = { file: 'suite/a.yaml', line: 12, col: 5, start: 0, end: 1 }
  return [
    {
      ...{
        type: 'run:started',
        run: 'r',
        version: '0',
        wall: 0,
        target: 'embedded',
        profiles: [],
        threads: 2,
      },
      ...{ threadsReason: '', lanes: LANES / 2, clock: 'real', seed: '', redis: '', gateway: '', scenarios },
    },
    ...Array.from({ length: LANES }, (_, lane): readonly EventBody[] => {
      const place = placeOf(lane)
      return [
        { type: 'scenario:started', ...place, thread: lane % 2, lane: Math.floor(lane / 2), namespaces: {} },
        { type: 'step:started', ...place, verb: 'expect', title: 'one object lists them all', span },
        { type: 'step:waiting', ...place, ms: 60_000, seen: 'expected 2, found 1' },
      ]
    }).flat(),
  ]
}
