import { formatDuration } from '../base/duration.ts'
import type { Preview } from '../run/preview.ts'
import type { Expected } from './schedule.ts'

/** One scenario of a plan; times are milliseconds from the first start. */
export interface PlannedRow extends Preview {
  readonly id: string
  readonly name: string
  readonly file: string
  readonly line: number
  readonly tags: readonly string[]
  readonly profile: string | null
  readonly exclusive: boolean
  readonly serial: boolean
  readonly locks: readonly string[]
  readonly startMs: number
  readonly thread: number
  readonly lane: number
  readonly expected: Expected
}

/** Scenarios that cannot overlap. */
export interface Queue {
  readonly name: string
  readonly scenarios: number
  /** One after the other. */
  readonly ms: number
}

export interface Plan {
  readonly threads: number
  readonly lanes: number
  readonly reason: string
  readonly seed: string
  readonly expectedMs: number
  readonly floor: { readonly ms: number; readonly bound: string }
  readonly locks: readonly Queue[]
  readonly exclusive: readonly (Queue & { readonly gateways: number })[]
  readonly skipped: readonly { readonly id: string; readonly reason: string }[]
  /** In the order in which they would start. */
  readonly scenarios: readonly PlannedRow[]
}

/** For people: the whole, what queues, then each scenario with its variables. */
export function planText(plan: Plan): string {
  return [
    ...head(plan),
    ...section('locks', plan.locks.filter(({ scenarios }) => scenarios > 1).map(lockLine)),
    ...section('exclusive gateways', plan.exclusive.map(exclusiveLine)),
    ...section(
      'skipped',
      plan.skipped.map(({ id, reason }) => `${id}: ${reason}`),
    ),
    ...section('order: start, thread.lane, scenario', plan.scenarios.flatMap(rowLines)),
    '',
  ].join('\n')
}

function head({ threads, lanes, reason, seed, scenarios, expectedMs, floor }: Plan): readonly string[] {
  if (scenarios.length === 0) return ['nothing would run']
  const known = scenarios.filter(({ expected }) => expected.from === 'history').length
  const width = `${plural(threads, 'thread')} × ${plural(lanes, 'lane')} (${reason})`
  return [
    `${plural(scenarios.length, 'scenario')} on ${width}, seed ${seed}`,
    `about ${duration(expectedMs)}, at least ${duration(floor.ms)} (${floor.bound})`,
    `times: ${known} from earlier runs, ${scenarios.length - known} guessed from their files`,
  ]
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]
}

function lockLine({ name, scenarios, ms }: Queue): string {
  return `${name}: ${plural(scenarios, 'scenario')}, ${duration(ms)} one after the other`
}

function exclusiveLine({ name, scenarios, ms, gateways }: Queue & { readonly gateways: number }): string {
  return `${name}: ${plural(gateways, 'gateway')} for ${plural(scenarios, 'scenario')}, ${duration(ms)} in all`
}

function rowLines({
  id,
  file,
  line,
  startMs,
  thread,
  lane,
  expected,
  vars,
  varsProblem,
}: PlannedRow): readonly string[] {
  const at = `${duration(startMs).padStart(7)}  ${`${thread}.${lane}`.padEnd(5)}`
  const about = expected.from === 'history' ? '' : ' (guessed)'
  return [
    `${at} ${id}, ${duration(expected.ms)}${about}  ${file}:${line}`,
    ...Object.entries(vars).map(([name, value]) => `${' '.repeat(15)}${name} = ${JSON.stringify(value)}`),
    ...(varsProblem === undefined ? [] : [`${' '.repeat(15)}the next variable: ${varsProblem}`]),
  ]
}

function duration(ms: number): string {
  return formatDuration(ms < 1000 ? Math.round(ms) : Math.round(ms / 100) * 100)
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
