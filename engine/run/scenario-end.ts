import type { EventBody } from '../events/event.ts'
import type { AttemptEnd, Verdict } from './verdict.ts'

type ScenarioEnded = Extract<EventBody, { type: 'scenario:ended' }>

/** What of the end of an attempt the verdict needs. */
export function attemptEnd({ attempt, outcome, ms, failure, failedAt }: AttemptEnd): AttemptEnd {
  return {
    attempt,
    outcome,
    ms,
    ...(failure === undefined ? {} : { failure }),
    ...(failedAt === undefined ? {} : { failedAt }),
  }
}

/** How far a scenario has come with the attempts that have ended. */
export function soFar(
  scenario: string,
  ends: readonly AttemptEnd[],
): Pick<ScenarioEnded, 'type' | 'scenario' | 'ms' | 'attempts'> {
  const ms = ends.reduce((sum, end) => sum + end.ms, 0)
  return { type: 'scenario:ended', scenario, ms, attempts: ends.length }
}

/** The end of a scenario whose last attempt is over, also where it would have had another one. */
export function scenarioEnd(scenario: string, ends: readonly AttemptEnd[], judged: Verdict): ScenarioEnded {
  const last = ends.at(-1)
  const outcome = judged.again ? (last?.outcome ?? 'cancelled') : judged.outcome
  const failure = judged.again ? last?.failure : judged.failure
  return {
    ...soFar(scenario, ends),
    outcome,
    ...(failure === undefined ? {} : { failure }),
    ...(judged.again || judged.reason === undefined ? {} : { reason: judged.reason }),
  }
}
