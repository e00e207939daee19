import type { EventOf } from '../../events/event.ts'
import type { StepStory, TimedExchange, Wait } from './model.ts'

interface Growing {
  readonly started: EventOf<'step:started'>
  ended?: EventOf<'step:ended'>
  readonly waits: Wait[]
  readonly exchanges: TimedExchange[]
  readonly notes: string[]
}

/** Verbs that look for a while at what must hold all the time, and those that only let time pass. */
const WINDOWS = new Set(['never', 'stays', 'during'])
const PAUSES = new Set(['wait'])

/** The steps of one attempt, in the order in which they began. */
export class StepStories {
  readonly #steps: Growing[] = []

  start(event: EventOf<'step:started'>): void {
    this.#steps.push({ started: event, waits: [], exchanges: [], notes: [] })
  }

  end(event: EventOf<'step:ended'>): void {
    const open = this.#latest(event.step)
    if (open !== undefined) open.ended = event
  }

  wait({ step, at, ms, seen }: EventOf<'step:waiting'>): void {
    this.#latest(step)?.waits.push({ at, until: at + ms, ...(seen === undefined ? {} : { seen }) })
  }

  exchange({ step, at, exchange }: EventOf<'exchange:seen'>): void {
    this.#latest(step)?.exchanges.push({ ...exchange, at })
  }

  note({ step, text }: EventOf<'note:written'>): void {
    this.#latest(step)?.notes.push(text)
  }

  all(): readonly StepStory[] {
    return this.#steps.map(storyOf)
  }

  /** The latest step of that path: a pass of a loop has a path of its own. */
  #latest(step: string): Growing | undefined {
    return this.#steps.findLast(({ started }) => started.step === step)
  }
}

function storyOf({ started, ended, waits, exchanges, notes }: Growing): StepStory {
  const { step, verb, title, span, at } = started
  return {
    step,
    verb,
    title,
    span,
    depth: step.split('/').length - 1,
    kind: WINDOWS.has(verb) ? 'window' : PAUSES.has(verb) ? 'wait' : 'work',
    from: at,
    ...(ended === undefined ? {} : { to: ended.at, ms: ended.ms }),
    ending: ended?.outcome ?? 'unfinished',
    ...(ended?.failure === undefined ? {} : { failure: ended.failure }),
    ...(ended?.result === undefined ? {} : { result: ended.result }),
    waits,
    exchanges,
    notes,
  }
}
