import { Broken, Failed } from '../base/failure.ts'
import { formatDuration } from '../base/duration.ts'
import type { StepContext } from './context.ts'
import { see } from './seeing.ts'
import type { Look, Observer } from './subjects/define.ts'

/** The adaptive poll of what cannot announce its changes: from 20 ms, doubling, to 250 ms. */
const FIRST_POLL_MS = 20
const LAST_POLL_MS = 250

const SAMPLED = `sampled: looked every ${FIRST_POLL_MS} ms, so what came and went between two looks was not seen`

/** One look, now. */
export async function lookOnce(
  observer: Observer,
  context: StepContext,
  note = 'looked once; give `within` to wait for it',
): Promise<Look> {
  const look = await see(observer.confirm ?? observer.look)
  if (look.ok) return look
  throw unmet(look, observer.settled === note || observer.settled === undefined ? [note] : [], context)
}

/** Looks again at every change until it holds; at the deadline the last look is the failure. */
export async function waitFor(observer: Observer, withinMs: number, context: StepContext): Promise<Look> {
  if (observer.settled !== undefined) return lookOnce(observer, context, observer.settled)
  const deadline = context.startedAt + withinMs
  const watching = await Watching.start(observer, context)
  try {
    for (;;) {
      const ended = context.clock.now() >= deadline
      const look = await watching.look(ended)
      if (look.ok) return look
      if (ended) {
        const limit = `within ${formatDuration(withinMs)} of the start of the step`
        throw unmet(look, [`${limit}; ${watching.history()}`], context)
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
  const watching = await Watching.start(observer, context, 'all the time')
  try {
    for (;;) {
      const ended = context.clock.now() >= deadline
      const glance = await watching.look(ended)
      // A watch that lags behind the source is no reason to say that it holds no more.
      const look = glance.ok ? glance : await watching.look(true)
      if (!look.ok) {
        const after = formatDuration(Math.round(context.clock.now() - since))
        const note = `it held at first and no longer after ${after} of ${formatDuration(forMs)}`
        throw unmet(look, [note], context)
      }
      if (ended) return proven(look, observer, context)
      await watching.change(deadline)
    }
  } finally {
    watching.stop()
  }
}

/** Looks at every change until the time is over; fails at once when a look finds the subject. */
export async function neverDuring(observer: Observer, forMs: number, context: StepContext): Promise<void> {
  const deadline = context.startedAt + forMs
  const watching = await Watching.start(observer, context, 'all the time')
  try {
    for (;;) {
      const ended = context.clock.now() >= deadline
      const look = await watching.look(ended)
      if (look.unseen !== undefined) throw unmet(look, [], context)
      if (look.ok) {
        const after = formatDuration(Math.round(context.clock.now() - context.startedAt))
        const note = `seen ${after} into the ${formatDuration(forMs)} in which it must not be`
        throw offender(look, note, context)
      }
      if (ended) {
        proven(look, observer, context)
        return
      }
      await watching.change(deadline)
    }
  } finally {
    watching.stop()
  }
}

/** There is what must not be. */
export function offender(look: Look, note: string, context: StepContext): Failed {
  return new Failed({
    code: 'MUST_NOT_BE',
    message: `there is what must not be: ${look.summary}`,
    span: context.span(),
    notes: [note, ...look.notes],
  })
}

/** That nothing else was seen proves something only when everything could be seen. */
export function proven(look: Look, { missed }: Observer, context: StepContext): Look {
  const reason = missed?.()
  if (reason === undefined) return look
  throw new Broken({ code: 'UNSEEN', message: reason, span: context.span() })
}

/** What a look is that shows something else: a failure of the gateway, or `broken` when it showed nothing. */
export function unmet(look: Look, notes: readonly string[], context: StepContext): Failed | Broken {
  if (look.undecided !== undefined) {
    const { details } = look.undecided
    return new Broken({ ...details, notes: [...notes, ...(details.notes ?? [])] })
  }
  if (look.unseen !== undefined)
    return new Broken({ code: 'UNSEEN', message: look.unseen, span: context.span(), notes })
  const [first] = look.mismatches
  return new Failed({
    code: 'EXPECTATION',
    message: look.summary,
    span: context.span(...(look.place === undefined ? (first?.path.split('.') ?? []) : [look.place])),
    mismatches: look.mismatches,
    notes: [...notes, ...look.notes],
  })
}

/** What is looked for: the moment when something comes to be, or anything that happens meanwhile. */
type Attention = 'until it holds' | 'all the time'

/** Turns changes, hints and polls into one thing to wait for, and remembers what was seen. */
export class Watching {
  readonly #observer: Observer
  readonly #context: StepContext
  readonly #attention: Attention
  #unsubscribe: (() => void) | undefined
  #dirty = false
  #wake: (() => void) | undefined
  #looks = 0
  #pollMs = FIRST_POLL_MS
  #hintMs: number | undefined
  #lastSeen: string | undefined
  #unseen = false
  #changedAt: number | undefined
  #summary: string | undefined
  #told: string | undefined

  private constructor(observer: Observer, context: StepContext, attention: Attention) {
    this.#observer = observer
    this.#context = context
    this.#attention = attention
  }

  static async start(
    observer: Observer,
    context: StepContext,
    attention: Attention = 'until it holds',
  ): Promise<Watching> {
    const watching = new Watching(observer, context, attention)
    watching.#unsubscribe = await observer.subscribe?.(() => watching.wake())
    if (attention === 'all the time' && watching.#unsubscribe === undefined)
      context.write({ type: 'note:written', text: SAMPLED })
    return watching
  }

  /** Makes it look again. */
  wake(): void {
    this.#dirty = true
    this.#wake?.()
  }

  /** The first and the last look ask the source: nothing may be missed because a watch is a moment behind. */
  async look(last: boolean): Promise<Look> {
    this.#dirty = false
    this.#looks += 1
    const { look: glance, confirm = glance } = this.#observer
    const look = await see(last || this.#looks === 1 ? confirm : glance)
    const seen = JSON.stringify([look.summary, look.mismatches])
    if (seen !== this.#lastSeen) {
      if (this.#lastSeen !== undefined) this.#changedAt = this.#context.clock.now()
      this.#pollMs = FIRST_POLL_MS
    }
    this.#lastSeen = seen
    this.#summary = look.ok ? undefined : look.summary
    this.#unseen = look.unseen !== undefined
    this.#hintMs = look.lookAgainMs
    return look
  }

  /** Resolves at the next change, when the next look is due, or at the deadline. */
  async change(deadline: number): Promise<void> {
    if (this.#dirty) return
    const { clock, signal } = this.#context
    const left = Math.max(0, deadline - clock.now())
    this.#tell(left)
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

  /** What is waited for and until when, at first and when something else is seen. */
  #tell(left: number): void {
    if (this.#told === this.#lastSeen || !Number.isFinite(left)) return
    this.#told = this.#lastSeen
    const seen = this.#summary === undefined ? {} : { seen: this.#summary }
    this.#context.write({ type: 'step:waiting', ms: Math.round(left), ...seen })
  }

  #pause(): number {
    if (this.#unsubscribe !== undefined && !this.#unseen) return this.#hintMs ?? Number.MAX_SAFE_INTEGER
    const poll = this.#pollMs
    if (this.#attention === 'until it holds') this.#pollMs = Math.min(LAST_POLL_MS, poll * 2)
    return Math.min(poll, this.#hintMs ?? poll)
  }

  history(): string {
    const times = `looked ${this.#looks} ${this.#looks === 1 ? 'time' : 'times'}`
    if (this.#changedAt === undefined) return `${times}, and nothing changed`
    const since = formatDuration(Math.round(this.#changedAt - this.#context.startedAt))
    return `${times}, last change ${since} into the step`
  }

  stop(): void {
    this.#unsubscribe?.()
  }
}
