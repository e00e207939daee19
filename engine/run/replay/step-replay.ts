import type { Clock } from '../../base/clock.ts'
import { toFailure, type Failure } from '../../base/failure.ts'
import { isObject, type Json } from '../../base/json.ts'
import type { Step } from '../../scenario/scenario.ts'
import { NotRecorded } from './not-recorded.ts'
import type { Recording, RecordedStep } from './recording.ts'

/** How the steps of a recorded attempt keep to the recording. */
export interface StepReplay {
  /** Resolves when the step began then, or at once when it is a new one. Never rejects. */
  reach(step: Step, signal: AbortSignal): Promise<void>
  /** Throws `NotRecorded` for what no recording shows. */
  refuse(step: Step): void
  /** What stands for a step that cannot be judged. */
  instead(step: Step, why: NotRecorded): Instead
}

/** What a step stored then; or the failure that ends the attempt where nobody knows what it would have stored. */
export type Instead = { readonly failure?: never; readonly result: Json } | { readonly failure: Failure }

/** Verbs that change what is out there, in ways that are not kept. */
const ACTS = ['redis', 'apply', 'delete', 'patch']
/** Verbs that have a subject. */
const LOOKS = ['expect', 'never', 'stays']
/** Subjects that are asked of what is not kept. */
const SUBJECTS: Readonly<Record<string, string>> = {
  redis: 'what Redis held is not in the recording',
  log: 'the log of the gateway is not in the recording',
  alerts: 'not every object that signals could have led to is in the recording',
}

export interface StepReplayOptions {
  readonly recording: Recording
  readonly clock: Clock
  /** Called for each step that was not judged. */
  readonly onUnjudged: (step: Step, why: string) => void
}

export function stepReplay({ recording, clock, onUnjudged }: StepReplayOptions): StepReplay {
  const then = ({ id, path, verb }: Step): RecordedStep | undefined => {
    const recorded = recording.steps.get(id ?? path)
    return recorded?.verb === verb ? recorded : undefined
  }
  return {
    reach: async (step, signal) => {
      const at = then(step)?.at ?? 0
      // The step itself finds that it was aborted.
      if (at > clock.now()) await clock.sleep(at - clock.now(), signal).catch(() => undefined)
    },
    refuse: (step) => {
      const why = unkept(step)
      if (why !== undefined) throw new NotRecorded(why)
    },
    instead: (step, why) => {
      const recorded = then(step)
      const passed = recorded?.outcome === 'passed' || recorded?.outcome === 'skipped'
      if (recorded === undefined || !passed) return { failure: toFailure(ended(why, recorded), step.span) }
      if (step.verb !== 'wait') onUnjudged(step, why.message)
      return { result: recorded.result ?? null }
    },
  }
}

function ended({ message }: NotRecorded, recorded: RecordedStep | undefined): NotRecorded {
  const what = recorded === undefined ? 'this step is not in the recording' : 'this step did not pass then'
  return new NotRecorded(`${what}, and cannot be judged: ${message}`)
}

function unkept({ verb, input }: Step): string | undefined {
  if (ACTS.includes(verb)) return `what ${verb} did is not in the recording`
  // The clock on the wall is known to the millisecond alone, which may be on the other side of a second.
  if (verb === 'wait' && isObject(input) && 'until' in input) return 'what the clock on the wall said then'
  if (!LOOKS.includes(verb) || !isObject(input)) return undefined
  const subject = Object.keys(input).find((key) => Object.hasOwn(SUBJECTS, key))
  return subject === undefined ? undefined : SUBJECTS[subject]
}
