import { abortWithin } from '../base/abort.ts'
import { formatDuration } from '../base/duration.ts'
import type { StepContext } from './context.ts'
import { see } from './seeing.ts'
import type { Look, Observer, State } from './subjects/define.ts'

/** The adaptive poll of what cannot announce its changes: from 20 ms, doubling, to 250 ms. */
const FIRST_POLL_MS = 20
const LAST_POLL_MS = 250

const SAMPLED = `sampled: looked every ${FIRST_POLL_MS} ms, so what came and went between two looks was not seen`

/** What is looked for: the moment when something comes to be, or anything that happens meanwhile. */
type Attention = 'until it holds' | 'all the time'

/** A state that was judged when it was told. */
interface Unread {
  readonly look: Promise<Look>
  readonly version: number
}

/** Turns changes, hints and polls into one thing to wait for, and remembers what was seen. */
export class Watching {
  readonly #observer: Observer
  readonly #context: StepContext
  readonly #attention: Attention
  readonly #unread: Unread[] = []
  /** What the source showed at the first look: states up to it are no news. Unknown until a look at the source succeeds. */
  #baseline: number | undefined
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
    const { states, subscribe } = observer
    watching.#unsubscribe =
      states === undefined
        ? await subscribe?.(() => watching.wake())
        : states((state) => watching.#enter(state))
    if (attention === 'all the time' && watching.#unsubscribe === undefined)
      context.write({ type: 'note:written', text: SAMPLED })
    return watching
  }

  /** Makes it look again. */
  wake(): void {
    this.#dirty = true
    this.#wake?.()
  }

  /** Whether the time is over, and everything that came before was looked at. */
  isDue(deadline: number): boolean {
    return this.#unread.length === 0 && this.#context.clock.now() >= deadline
  }

  /** Whether nothing is left to look at, once the watch has told of what the source showed last. */
  async isQuiet(): Promise<boolean> {
    await this.#observer.caughtUp?.()
    return this.#unread.length === 0
  }

  /** The first and the last look ask the source: nothing may be missed because a watch is a moment behind. */
  async look(last: boolean): Promise<Look> {
    const state = this.#looks === 0 ? undefined : this.#unread.shift()
    return state === undefined ? this.#ask(last || this.#looks === 0) : this.#remember(await state.look)
  }

  /** A watch that lags behind the source is no reason to say that it holds no more; a state that there was is one. */
  async lookToHold(atSource: boolean): Promise<Look> {
    const isState = this.#looks > 0 && this.#unread.length > 0
    const look = await this.look(atSource)
    return look.ok || atSource || isState ? look : this.#ask(true)
  }

  async #ask(source: boolean): Promise<Look> {
    this.#dirty = false
    const { look: glance, confirm = glance } = this.#observer
    const look = await see(source ? confirm : glance)
    if (source) this.#startFrom(look.version)
    return this.#remember(look)
  }

  /** What came in before the first look at the source has ended is in what it shows, or comes after it. */
  #startFrom(version: number | undefined): void {
    if (this.#baseline !== undefined) return
    this.#baseline = version
    const isNews = (state: Unread): boolean => version !== undefined && state.version > version
    const news = this.#unread.filter(isNews)
    if (version === undefined && this.#unread.length > 0) this.#dirty = true
    this.#unread.splice(0, this.#unread.length, ...news)
  }

  #enter(state: State): void {
    const isNews = this.#looks === 0 || (this.#baseline !== undefined && state.version > this.#baseline)
    if (!isNews) {
      this.wake()
      return
    }
    const look = state.look()
    // What it ends with is thrown when it is its turn.
    look.catch(() => undefined)
    this.#unread.push({ look, version: state.version })
    this.#wake?.()
  }

  #remember(look: Look): Look {
    this.#looks += 1
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
    if (this.#dirty || this.#unread.length > 0) return
    const { clock, signal } = this.#context
    const left = Math.max(0, deadline - clock.now())
    this.#tell(left)
    const pause = Math.min(left, this.#pause())
    const stop = abortWithin(signal)
    const changed = new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    const slept = clock.sleep(pause, stop.signal)
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
    const { startedAt } = this.#context
    return `${times}, last change ${formatDuration(Math.round(this.#changedAt - startedAt))} into the step`
  }

  stop(): void {
    this.#unsubscribe?.()
  }
}
