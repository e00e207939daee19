import type { Failure, Outcome } from '../base/failure.ts'
import type { Problem } from '../base/problem.ts'
import type { Kept, Leftover } from '../events/event.ts'
import { failureOf, plannedOf, type RunState } from '../events/run-state.ts'
import type { Reporter, Sink } from './define.ts'

/** What `--reporter json` writes to standard output, as one document. Times are milliseconds. */
export interface RunDocument {
  /** Raised when a field changes its meaning; new fields do not. */
  readonly schemaVersion: 1
  readonly run: {
    readonly id: string
    readonly version: string
    readonly target: string
    readonly gateway: string
    readonly profiles: readonly string[]
    readonly redis: string
    readonly threads: number
    readonly lanes: number
    readonly clock: 'real' | 'virtual'
    readonly seed: string
    /** ISO 8601. */
    readonly startedAt: string
    /** Absent when the run did not come to its end. */
    readonly durationMs?: number
    readonly interruptedBy?: string
    readonly error?: string
    readonly counts: Readonly<Record<Outcome, number>>
    readonly leftovers: readonly Leftover[]
    /** Left on purpose, by `--keep`. */
    readonly kept?: readonly Kept[]
    readonly problems: readonly Problem[]
  }
  readonly scenarios: readonly ScenarioEntry[]
}

/** In the order of the plan. `unfinished`: the run, or its log, was cut off before it ended. */
export interface ScenarioEntry {
  readonly id: string
  readonly name: string
  readonly file: string
  readonly line: number
  readonly outcome: Outcome | 'unfinished'
  readonly durationMs: number
  readonly attempts: number
  readonly reason?: string
  readonly failure?: Failure
}

export function createJsonReporter(output: Pick<Sink, 'write'>): Reporter {
  return {
    name: 'json',
    close: (state) => output.write(`${JSON.stringify(runDocument(state), undefined, 2)}\n`),
  }
}

function runDocument(state: RunState): RunDocument {
  return { schemaVersion: 1, run: runEntry(state), scenarios: scenarioEntries(state) }
}

function runEntry(state: RunState): RunDocument['run'] {
  const { started, ended, interrupted, counts, leftovers, problems } = state
  const error = ended?.internalError ?? ended?.targetError?.message
  return {
    id: started?.run ?? '',
    version: started?.version ?? '',
    target: started?.target ?? '',
    gateway: started?.gateway ?? '',
    profiles: started?.profiles ?? [],
    redis: started?.redis ?? '',
    threads: started?.threads ?? 0,
    lanes: started?.lanes ?? 0,
    clock: started?.clock ?? 'real',
    seed: started?.seed ?? '',
    startedAt: new Date(started?.wall ?? 0).toISOString(),
    ...(ended === undefined ? {} : { durationMs: thousandths(ended.ms) }),
    ...(interrupted === undefined ? {} : { interruptedBy: interrupted.signal }),
    ...(error === undefined ? {} : { error }),
    counts,
    leftovers,
    ...(state.kept.length === 0 ? {} : { kept: state.kept }),
    problems,
  }
}

/** Clocks give figures that nobody reads to their end. */
function thousandths(ms: number): number {
  return Math.round(ms * 1000) / 1000
}

function scenarioEntries(state: RunState): readonly ScenarioEntry[] {
  return plannedOf(state).map(({ id, name, file, line }) => {
    const record = state.finished.get(id) ?? state.running.get(id)
    const failure = record && failureOf(record)
    return {
      id,
      name,
      file,
      line,
      outcome: record?.outcome ?? 'unfinished',
      durationMs: thousandths(record?.ms ?? 0),
      attempts: record?.attempts.length ?? 0,
      ...(record?.reason === undefined ? {} : { reason: record.reason }),
      ...(failure === undefined ? {} : { failure }),
    }
  })
}
