import { Failed, type FailureDetails } from '../base/failure.ts'
import { formatDuration } from '../base/duration.ts'
import type { StepContext } from './context.ts'
import type { Look, Observer } from './subjects/define.ts'

/** The adaptive poll of what cannot announce its changes: from 20 ms, doubling, to 250 ms. */
const FIRST_POLL_MS = 20
const LAST_POLL_MS = 250

/** One look, now. */
export async function lookOnce(observer: Observer, context: StepContext): Promise<Look> {
  const look = await (observer.confirm ?? observer.look)()
  if (look.ok) return look
  throw new Failed(unmet(look, ['looked once; give `within` to wait for it'], context))
}

/** Looks again at every change until it holds; at the deadline the last look is the failure. */
export async function waitFor(observer: Observer, withinMs: number, context: StepContext): Promise<Look> {
  const deadline = context.startedAt + withinMs
  const watching = await Watching.start(observer, context)
  try {
    for (;;) {
      const ended = context.clock.now() >= deadline
      const look = await watching.look(ended)
      if (look.ok) return look
      if (ended) {
        const limit = `within ${formatDuration(withinMs)} of the start of the step`
        throw new Failed(unmet(look, [`${limit}; ${watching.history()}`], context))
      }
      await watching.change(deadline)
    }
  } finally {
    watching.stop()
  }
}

/** Looks at every change until the time is over; it must hold at each look and at the end. */
export async function holdFor(observer: Observer, forMs: number, context: StepContext): Promise<Look> {
  const since = context.clock.now()
  const deadline = since + forMs
  const watching = await Watching.start(observer, context)
  try {
    for (;;) {
      const ended = context.clock.now() >= deadline
      const look = await watching.look(ended)
      if (!look.ok) {
        const after = formatDuration(Math.round(context.clock.now() - since))
        throw new Failed(
          unmet(look, [`it held at first and no longer after ${after} of ${formatDuration(forMs)}`], context),
        )
      }
      if (ended) return look
      await watching.change(deadline)
    }
  } finally {
    watching.stop()
  }
}

/** Looks at every change until the time is over; fails at once when a look finds the subject. */
export async function neverDuring(observer: Observer, forMs: number, context: StepContext): Promise<void> {
  const deadline = context.startedAt + forMs
  const watching = await Watching.start(observer, context)
  try {
    for (;;) {
      const ended = context.clock.now() >= deadline
      const look = await watching.look(ended)
      if (look.ok) {
        const after = formatDuration(Math.round(context.clock.now() - context.startedAt))
        throw new Failed({
          code: 'NEVER_SEEN_BEFORE_TIME',
          message: `there is what must not be: ${look.summary}`,
          span: context.span(),
          notes: [`seen ${after} into the ${formatDuration(forMs)} in which it must not be`, ...look.notes],
        })
      }
      if (ended) return
      await watching.change(deadline)
    }
  } finally {
    watching.stop()
  }
}

function unmet(look: Look, notes: readonly string[], context: StepContext): FailureDetails {
  const [first] = look.mismatches
  return {
    code: 'EXPECTATION',
    message: look.summary,
    span: context.span(...(first?.path.split('.') ?? [])),
    mismatches: look.mismatches,
    notes: [...notes, ...look.notes],
  }
}

/** Turns changes, hints and polls into one thing to wait for, and remembers what was seen. */
class Watching {
  readonly #observer: Observer
  readonly #context: StepContext
  #unsubscribe: (() => void) | undefined
  #dirty = false
  #wake: (() => void) | undefined
  #looks = 0
  #pollMs = FIRST_POLL_MS
  #hintMs: number | undefined
  #lastSeen: string | undefined
  #changedAt: number | undefined

  private constructor(observer: Observer, context: StepContext) {
    this.#observer = observer
    this.#context = context
  }

  static async start(observer: Observer, context: StepContext): Promise<Watching> {
    const watching = new Watching(observer, context)
    watching.#unsubscribe = await observer.subscribe?.(() => watching.#changed())
    return watching
  }

  #changed(): void {
    this.#dirty = true
    this.#wake?.()
  }

  /** The first and the last look ask the source: nothing may be missed because a watch is a moment behind. */
  async look(last: boolean): Promise<Look> {
    this.#dirty = false
    this.#looks += 1
    const { look: glance, confirm = glance } = this.#observer
    const look = await (last || this.#looks === 1 ? confirm() : glance())
    const seen = JSON.stringify([look.summary, look.mismatches])
    if (seen !== this.#lastSeen) {
      this.#changedAt = this.#context.clock.now()
      this.#pollMs = FIRST_POLL_MS
    }
    this.#lastSeen = seen
    this.#hintMs = look.lookAgainMs
    return look
  }

  /** Resolves at the next change, when the next look is due, or at the deadline. */
  async change(deadline: number): Promise<void> {
    if (this.#dirty) return
    const { clock, signal } = this.#context
    const left = Math.max(0, deadline - clock.now())
    const pause = Math.min(left, this.#pause())
    const stop = new AbortController()
    const either = AbortSignal.any([signal, stop.signal])
    const changed = new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    const slept = clock.sleep(pause, either)
    try {
      await Promise.race([changed, slept])
    } finally {
      this.#wake = undefined
      stop.abort()
      slept.catch(() => undefined)
    }
  }

  #pause(): number {
    if (this.#unsubscribe !== undefined) return this.#hintMs ?? Number.MAX_SAFE_INTEGER
    const poll = this.#pollMs
    this.#pollMs = Math.min(LAST_POLL_MS, poll * 2)
    return Math.min(poll, this.#hintMs ?? poll)
  }

  history(): string {
    const times = `looked ${this.#looks} ${this.#looks === 1 ? 'time' : 'times'}`
    if (this.#changedAt === undefined) return times
    const since = formatDuration(Math.round(this.#changedAt - this.#context.startedAt))
    return `${times}, last change ${since} into the step`
  }

  stop(): void {
    this.#unsubscribe?.()
  }
}
