import { SET_UP, type Event, type EventOf, type EventType, type Leftover } from './event.ts'
import { planOf } from './plan-index.ts'
import type { RunState, ThreadRecord } from './run-state.ts'
import {
  endAttempt,
  endScenario,
  endStep,
  startAttempt,
  startStep,
  waitStep,
  type AttemptRecord,
  type ScenarioRecord,
} from './scenario-record.ts'

/** The state after one more event. Pure; an event about a scenario nobody planned changes nothing. */
export function reduce(state: RunState, event: Event): RunState {
  // The handler is looked up by the event's own type, which the compiler cannot follow.
  const handle = handlers[event.type] as (state: RunState, event: Event) => RunState
  return handle(state, event)
}

/** Whether events of this type exist; the handlers are the list. */
export function isEventType(type: string): type is EventType {
  return Object.hasOwn(handlers, type)
}

const handlers: { readonly [T in EventType]: (state: RunState, event: EventOf<T>) => RunState } = {
  'run:started': (state, event) => ({ ...state, started: event }),
  'sources:read': (state, { texts }) => ({ ...state, sources: { ...state.sources, ...texts } }),
  'thread:ready': (state, { thread, forwards }) => withThread(state, { thread, forwards }),
  'thread:lost': (state, { thread, reason }) =>
    withThread(state, { thread, forwards: state.threads.get(thread)?.forwards ?? [], lost: reason }),
  'scenario:started': startScenario,
  'step:started': (state, event) => changeAttempt(state, event, (attempt) => startStep(attempt, event)),
  'step:ended': (state, event) => changeAttempt(state, event, (attempt) => endStep(attempt, event)),
  'step:waiting': (state, event) => changeAttempt(state, event, (attempt) => waitStep(attempt, event)),
  'exchange:seen': (state, event) =>
    event.step === SET_UP
      ? state
      : changeAttempt(state, event, (attempt) => ({
          ...attempt,
          lastExchange: { step: event.step, exchange: event.exchange },
        })),
  'object:seen': (state) => state,
  'key:seen': (state) => state,
  'key:commanded': (state) => state,
  'signal:held': (state) => state,
  'signals:released': (state) => state,
  'note:written': (state, event) =>
    changeAttempt(state, event, (attempt) => ({ ...attempt, notes: [...attempt.notes, event.text] })),
  'warning:raised': (state, event) =>
    changeAttempt(state, event, (attempt) => ({ ...attempt, warnings: [...attempt.warnings, event.text] })),
  'diagnostics:collected': (state, event) => {
    const { gatewayLog, logLinesLeftOut, kubernetes, missing } = event
    const diagnostics = { gatewayLog, logLinesLeftOut, kubernetes, missing }
    return changeAttempt(state, event, (attempt) => ({ ...attempt, diagnostics }))
  },
  'attempt:paused': (state, event) => changeAttempt(state, event, (one) => ({ ...one, paused: true })),
  'attempt:resumed': (state, event) => changeAttempt(state, event, (one) => ({ ...one, paused: false })),
  'attempt:ended': (state, event) =>
    withLeftovers(
      withKept(
        changeAttempt(state, event, (attempt) => endAttempt(attempt, event)),
        event,
      ),
      event.leftovers,
    ),
  'scenario:ended': finishScenario,
  'leftover:found': (state, { what, reason, command }) => withLeftovers(state, [{ what, reason, command }]),
  'run:interrupted': (state, { signal, times }) => ({ ...state, interrupted: { signal, times } }),
  'problem:raised': (state, { problem }) => ({ ...state, problems: [...state.problems, problem] }),
  'run:ended': (state, event) => ({ ...state, ended: event }),
}

function startScenario(state: RunState, event: EventOf<'scenario:started'>): RunState {
  const record = state.running.get(event.scenario) ?? freshRecord(state, event.scenario)
  if (record === undefined) return state
  return withRunning(state, startAttempt(record, event))
}

function finishScenario(state: RunState, event: EventOf<'scenario:ended'>): RunState {
  const record = state.running.get(event.scenario) ?? freshRecord(state, event.scenario)
  if (record === undefined) return state
  const running = new Map(state.running)
  running.delete(event.scenario)
  const finished = state.finished.with(endScenario(record, event))
  const counts = { ...state.counts, [event.outcome]: state.counts[event.outcome] + 1 }
  return { ...state, running, finished, counts }
}

/** The record of a scenario that is planned and has not ended. */
function freshRecord(state: RunState, id: string): ScenarioRecord | undefined {
  if (state.finished.get(id) !== undefined) return undefined
  const plan = planOf(state.started, id)
  return plan === undefined ? undefined : { plan, attempts: [] }
}

function withRunning(state: RunState, record: ScenarioRecord): RunState {
  return { ...state, running: new Map(state.running).set(record.plan.id, record) }
}

function changeAttempt(
  state: RunState,
  place: { readonly scenario: string; readonly attempt: number },
  change: (attempt: AttemptRecord) => AttemptRecord,
): RunState {
  const record = state.running.get(place.scenario)
  const index = record?.attempts.findIndex((attempt) => attempt.attempt === place.attempt) ?? -1
  const attempt = record?.attempts[index]
  if (record === undefined || attempt === undefined) return state
  return withRunning(state, { ...record, attempts: record.attempts.with(index, change(attempt)) })
}

function withThread(state: RunState, record: ThreadRecord): RunState {
  return { ...state, threads: new Map(state.threads).set(record.thread, record) }
}

function withKept(state: RunState, { kept }: EventOf<'attempt:ended'>): RunState {
  return kept === undefined ? state : { ...state, kept: [...state.kept, ...kept] }
}

/** The same thing may be found by its attempt and again when the run ends; it is listed once, as it was found last. */
function withLeftovers(state: RunState, found: readonly Leftover[]): RunState {
  if (found.length === 0) return state
  const byName = new Map([...state.leftovers, ...found].map((leftover) => [leftover.what, leftover]))
  return { ...state, leftovers: [...byName.values()] }
}
