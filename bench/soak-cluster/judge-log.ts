import type { Event, EventOf } from '../../engine/events/event.ts'
import { exitCode } from '../../engine/events/exit-code.ts'
import { reduce } from '../../engine/events/reduce.ts'
import { initialState } from '../../engine/events/run-state.ts'
import type { Soaked } from './scenario-texts.ts'

export interface Judged {
  /** What should not be, a line each. */
  readonly bad: readonly string[]
  /** What came of it, in one line. */
  readonly says: string
}

/** Whether a run said the truth of every scenario, and lost nothing on the way. */
export function judgeLog(
  events: readonly Event[],
  soaked: ReadonlyMap<string, Soaked>,
  code: number | null,
): Judged {
  const state = events.reduce(reduce, initialState)
  const right = exitCode(state)
  const verdicts = judgeVerdicts(events, soaked)
  const requests = judgeRequests(events, soaked)
  const ended = events.filter((event) => event.type === 'run:ended')
  return {
    bad: [
      ...verdicts.bad,
      ...requests.bad,
      ...(ended.length === 1 ? [] : [`${ended.length} ends of the run`]),
      ...(code === right ? [] : [`exit code ${code}, expected ${right}`]),
      ...state.leftovers.map(({ what, reason }) => `left: ${what}: ${reason}`),
    ],
    says: `${verdicts.says}; ${requests.says}; exit code ${code}`,
  }
}

/** Codes with which an attempt says that it cannot tell. */
const DECLARED = ['TARGET_RESTARTED', 'TRANSPORT', 'UNREACHABLE', 'UNSEEN', 'NAMESPACE', 'SETUP_TIMEOUT']

function judgeVerdicts(events: readonly Event[], soaked: ReadonlyMap<string, Soaked>): Judged {
  const [started] = events.filter((event) => event.type === 'run:started')
  const ends = events.filter((event) => event.type === 'scenario:ended')
  const bad: string[] = []
  for (const { id, name } of started?.scenarios ?? []) {
    const own = ends.filter(({ scenario }) => scenario === id)
    const [end] = own
    if (end === undefined || own.length > 1) bad.push(`${name}: ${own.length} verdicts`)
    else if (!isTrue(end, soaked.get(name)?.right))
      bad.push(`${name}: ${end.outcome} ${end.failure?.code ?? ''}: ${end.failure?.message ?? ''}`)
  }
  const planned = started?.scenarios.length ?? 0
  if (planned !== soaked.size) bad.push(`${planned} scenarios planned, ${soaked.size} written`)
  const attempts = events.filter((event) => event.type === 'attempt:ended')
  const broken = attempts.filter(({ outcome }) => outcome === 'broken')
  const codes = [...new Set(broken.map(({ failure }) => failure?.code ?? '?'))].map((code) => {
    return `${broken.filter(({ failure }) => failure?.code === code).length} ${code}`
  })
  const told = broken.length === 0 ? 'none broken' : `${broken.length} broken (${codes.join(', ')})`
  const counts = ['passed', 'failed', 'broken'].map((outcome) => {
    return `${ends.filter((end) => end.outcome === outcome).length} ${outcome}`
  })
  return { bad, says: `${counts.join(', ')} of ${planned}; ${attempts.length} attempts, ${told}` }
}

function isTrue(end: EventOf<'scenario:ended'>, right: Soaked['right'] | undefined): boolean {
  if (end.outcome === 'broken') return DECLARED.includes(end.failure?.code ?? '') && end.attempts === 2
  return end.outcome === right
}

/** Every request has a reply, or the attempt that sent it says that it is broken. */
function judgeRequests(events: readonly Event[], soaked: ReadonlyMap<string, Soaked>): Judged {
  const [started] = events.filter((event) => event.type === 'run:started')
  const names = new Map(started?.scenarios.map(({ id, name }) => [id, name]))
  const attempts = new Map(
    events.filter((event) => event.type === 'attempt:ended').map((end) => [placeOf(end), end]),
  )
  const exchanges = new Map<string, EventOf<'exchange:seen'>[]>()
  for (const event of events) {
    if (event.type !== 'exchange:seen') continue
    const key = `${placeOf(event)} ${event.step}`
    exchanges.set(key, [...(exchanges.get(key) ?? []), event])
  }
  const bad: string[] = []
  let [sent, replies, declared] = [0, 0, 0]
  for (const end of events) {
    if (end.type !== 'step:ended' || end.verb !== 'send') continue
    const own = exchanges.get(`${placeOf(end)} ${end.step}`) ?? []
    const lost = own.filter(({ exchange }) => exchange.status === undefined)
    const wanted = soaked.get(names.get(end.scenario) ?? '')?.sends[end.step] ?? 0
    sent += own.length
    replies += own.length - lost.length
    if (attempts.get(placeOf(end))?.outcome === 'broken') declared += lost.length
    // A step that does not pass stops at the first wrong reply, which is the last that it sent.
    if (end.outcome === 'passed' ? own.length !== wanted || lost.length > 0 : own.length === 0)
      bad.push(
        `${placeOf(end)} ${end.step} ${end.outcome}: ${own.length} of ${wanted} sent, ${lost.length} lost`,
      )
  }
  if (sent !== replies + declared)
    bad.push(`${sent} requests, ${replies} replies, ${declared} declared broken`)
  return { bad, says: `${sent} requests = ${replies} replies + ${declared} declared broken` }
}

function placeOf({ scenario, attempt }: { readonly scenario: string; readonly attempt: number }): string {
  return `${scenario}#${attempt}`
}
