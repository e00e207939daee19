import { asTexts } from './redis-replies.ts'
import { StormClaims, type Contents } from './storm-claims.ts'
import { dueText, parseDue, stormKeys, type Due } from './storm-keys.ts'
import type { World } from './world.ts'

/** A buffer or window that has ended, and is ours to make objects of. */
export interface Ended extends Contents {
  readonly due: Due
  /** When it was first claimed, by us or by a gateway that was killed; undefined where that is not kept. */
  readonly claimedMs: number | undefined
  /** To be called after each signal of a buffer: a gateway that takes over need not see to it any more. */
  readonly seenTo: () => Promise<void>
}

interface Timer {
  /** Unix milliseconds. */
  readonly atMs: number
  readonly cancel: () => void
}

/** Redis may be away when something is due. */
const AGAIN_MS = 1000

/**
 * Waits for buffers and windows to end and hands them on: to one gateway at a time among all on one Redis, and to
 * another one only when that was killed before it had finished.
 */
export class StormClosings {
  readonly #world: World
  readonly #claims: StormClaims
  readonly #handle: (ended: Ended) => Promise<void>
  readonly #timers = new Map<string, Timer>()
  readonly #running = new Set<Promise<void>>()
  /** After the drain nothing is armed any more: a closed gateway must leave no timer behind. */
  #drained = false

  constructor(world: World, handle: (ended: Ended) => Promise<void>) {
    this.#world = world
    this.#claims = new StormClaims(world)
    this.#handle = handle
  }

  /** `atMs` in Unix milliseconds; a later call for the same thing puts it off. */
  arm(due: Due, atMs: number): void {
    if (this.#drained || (due.kind === 'window' && !this.#world.behaviour.closesWindows)) return
    const text = dueText(due)
    this.#timers.get(text)?.cancel()
    const cancel = this.#world.clock.after(atMs - this.#world.clock.wall(), () => this.#fire(text))
    this.#timers.set(text, { atMs, cancel })
  }

  /** Whether a window is open, as far as this gateway knows. */
  get active(): boolean {
    return [...this.#timers.keys()].some((text) => parseDue(text).kind === 'window')
  }

  /** Arms everything that Redis says is still to come or was missed. Where Redis is away, it is asked again until it answers. */
  async takeOver(signal: AbortSignal): Promise<void> {
    if (!(await this.#armAll())) void this.#keepAsking(signal)
  }

  async #keepAsking(signal: AbortSignal): Promise<void> {
    do {
      try {
        await this.#world.clock.sleep(AGAIN_MS, signal)
      } catch {
        // Aborted: the gateway closes.
        return
      }
    } while (!(await this.#armAll()))
  }

  async #armAll(): Promise<boolean> {
    try {
      const { redis } = this.#world
      const reply = await redis.command('ZRANGE', stormKeys.deadlines, 0, -1, 'WITHSCORES')
      const flat = asTexts(Array.isArray(reply) ? reply.flat() : [])
      for (let index = 0; index + 1 < flat.length; index += 2) {
        this.arm(parseDue(flat[index] ?? ''), Number(flat[index + 1]))
      }
      return true
    } catch (error) {
      this.#world.journal.error('open windows and buffers not taken over yet', error)
      return false
    }
  }

  /** Waits for what runs and for what falls due within `graceMs`; the rest stays in Redis for the next gateway. */
  async drain(graceMs: number): Promise<void> {
    const { clock } = this.#world
    const end = clock.wall() + graceMs
    while (clock.wall() < end && (this.#running.size > 0 || this.#nextDue() <= end)) {
      const until = this.#running.size > 0 ? end : Math.min(end, Math.max(this.#nextDue(), clock.wall() + 1))
      const enough = new AbortController()
      const late = clock.sleep(until - clock.wall(), enough.signal).catch(() => undefined)
      await Promise.race([late, ...this.#running])
      enough.abort()
    }
    this.#drained = true
    for (const { cancel } of this.#timers.values()) cancel()
    this.#timers.clear()
  }

  #nextDue(): number {
    return Math.min(...[...this.#timers.values()].map(({ atMs }) => atMs), Number.POSITIVE_INFINITY)
  }

  #fire(text: string): void {
    this.#timers.delete(text)
    const due = parseDue(text)
    const run = this.#end(due)
      .catch((error: unknown) => {
        this.#world.journal.error('storm buffer or window not ended', error, { due: text })
        if (this.#world.behaviour.keepsDeadlines) this.arm(due, this.#world.clock.wall() + AGAIN_MS)
      })
      .finally(() => this.#running.delete(run))
    this.#running.add(run)
  }

  async #end(due: Due): Promise<void> {
    const claim = await this.#claims.claim(due)
    if (claim.is === 'later') this.arm(due, claim.atMs)
    if (claim.is !== 'ours') return
    const { due: held, sinceMs, contents } = claim
    const seenTo = (): Promise<void> => this.#claims.drop(held)
    await this.#handle({ ...contents, due: held, claimedMs: sinceMs, seenTo })
    await this.#claims.release(held)
  }
}
