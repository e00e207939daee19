import type { PlannedScenario } from '../../events/event.ts'
import type { RunState } from '../../events/run-state.ts'
import type { ScenarioRecord } from '../../events/scenario-record.ts'
import { shortDuration } from '../durations.ts'
import { toned, type Line } from '../text.ts'
import { openStep, seconds, startOf } from './lane-lines.ts'

const TIMES_AS_LONG = 2
const LEAST_MORE_MS = 1000

/** How long a scenario usually takes, when this was far longer; told by earlier runs alone. */
export function usualWhenSlow({ expected }: PlannedScenario, ms: number): number | undefined {
  if (expected?.from !== 'history') return undefined
  const isSlow = ms >= expected.ms * TIMES_AS_LONG && ms >= expected.ms + LEAST_MORE_MS
  return isSlow ? expected.ms : undefined
}

/** Names what takes far longer than usual while it still runs, each attempt once. */
export class SlowWatch {
  readonly #told = new Set<string>()

  lines(state: RunState, at: number): readonly Line[] {
    return [...state.running.values()].flatMap((record) => this.#lineOf(record, at))
  }

  #lineOf(record: ScenarioRecord, at: number): readonly Line[] {
    const { plan, attempts } = record
    const ms = at - startOf(record)
    const usual = usualWhenSlow(plan, ms)
    const key = `${plan.id} ${attempts.length}`
    if (usual === undefined || this.#told.has(key)) return []
    this.#told.add(key)
    const open = openStep(record)
    const where = open === undefined ? '' : `: ${open.title} ${open.span.file}:${open.span.line}`
    const line = [
      toned('warn', 'SLOW'),
      ` ${plan.id} ${seconds(ms)}, usually ${shortDuration(usual)}`,
      toned('dim', where),
    ]
    return [line]
  }
}
