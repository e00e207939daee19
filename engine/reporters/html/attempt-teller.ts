import type { Event, EventOf } from '../../events/event.ts'
import { SET_UP } from '../../events/event.ts'
import { HeldWindows } from './held-windows.ts'
import { KeyHistories } from './key-history.ts'
import { Metrics } from './metrics-change.ts'
import type { AttemptBar, AttemptStory, Diagnostics, StepBar, StepStory } from './model.ts'
import { ObjectHistories } from './object-history.ts'
import { StepStories } from './step-stories.ts'

/** More of them cannot be told apart in a bar. */
const MOST_STEPS_IN_A_BAR = 60

/** Gathers what is told of one attempt. */
export class AttemptTeller {
  readonly #started: EventOf<'scenario:started'>
  readonly #steps = new StepStories()
  readonly #objects = new ObjectHistories()
  readonly #keys = new KeyHistories()
  readonly #metrics = new Metrics()
  readonly #windows = new HeldWindows()
  readonly #warnings: string[] = []
  #diagnostics: Diagnostics | undefined
  #ended: EventOf<'attempt:ended'> | undefined

  constructor(started: EventOf<'scenario:started'>) {
    this.#started = started
  }

  get attempt(): number {
    return this.#started.attempt
  }

  see(event: Event): void {
    switch (event.type) {
      case 'step:started':
        this.#steps.start(event)
        break
      case 'step:ended':
        this.#steps.end(event)
        break
      case 'step:waiting':
        this.#steps.wait(event)
        break
      case 'exchange:seen':
        this.#metrics.see(event.exchange, event.at)
        if (event.step !== SET_UP) this.#steps.exchange(event)
        break
      case 'note:written':
        this.#steps.note(event)
        break
      case 'object:seen':
        this.#objects.see(event)
        break
      case 'key:seen':
        this.#keys.seen(event)
        break
      case 'key:commanded':
        this.#keys.commanded(event)
        break
      case 'signal:held':
        this.#windows.held(event)
        break
      case 'signals:released':
        this.#windows.released(event)
        break
      case 'diagnostics:collected':
        this.#diagnostics = diagnosticsOf(event)
        break
      case 'warning:raised':
        this.#warnings.push(event.text)
        break
      case 'attempt:ended':
        this.#ended = event
    }
  }

  story(): AttemptStory {
    const { attempt, thread, lane, deployment, namespaces, at } = this.#started
    const ended = this.#ended
    const metrics = this.#metrics.change()
    return {
      ...{ attempt, thread, lane, namespaces },
      ...(deployment === undefined ? {} : { deployment }),
      from: at,
      // Its lane is free before all is tidied up.
      ...(ended === undefined ? {} : { to: Math.min(ended.at, at + ended.ms) }),
      ending: ended?.outcome ?? 'unfinished',
      ...(ended?.failure === undefined ? {} : { failure: ended.failure }),
      further: ended?.further ?? [],
      warnings: this.#warnings,
      leftovers: ended?.leftovers ?? [],
      kept: ended?.kept ?? [],
      steps: this.#steps.all(),
      objects: this.#objects.all(),
      keys: this.#keys.all(),
      ...(metrics === undefined ? {} : { metrics }),
      windows: this.#windows.all(),
      ...(this.#diagnostics === undefined ? {} : { diagnostics: this.#diagnostics }),
    }
  }
}

function diagnosticsOf(event: EventOf<'diagnostics:collected'>): Diagnostics {
  const { gatewayLog, logLinesLeftOut, kubernetes, missing } = event
  return { gatewayLog, logLinesLeftOut, kubernetes, missing }
}

/** The same, as much of it as a timeline shows. `until`: where what was cut off is drawn to. */
export function barOf(story: AttemptStory, until: number): AttemptBar {
  const { attempt, thread, lane, from, to, ending, steps, windows } = story
  const parents = new Set(steps.flatMap(({ step }) => ancestorsOf(step)))
  const drawn = steps.filter(({ step, kind }) => kind === 'window' || !parents.has(step))
  return {
    ...{ attempt, thread, lane, from, ending },
    ...(to === undefined ? {} : { to }),
    steps: drawn.slice(0, MOST_STEPS_IN_A_BAR).map((step) => stepBarOf(step, to ?? until)),
    windows: windows
      .slice(0, MOST_STEPS_IN_A_BAR)
      .map((one) => ({ from: one.from, to: one.to ?? one.until })),
  }
}

function ancestorsOf(step: string): readonly string[] {
  const parts = step.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

function stepBarOf({ title, verb, from, to, kind, ending, waits }: StepStory, until: number): StepBar {
  const [first] = waits
  return {
    title: title === '' ? verb : title,
    from,
    to: to ?? until,
    ...{ kind, ending },
    ...(first === undefined ? {} : { waitsFrom: first.at }),
  }
}
