import { sleepBy, type Clock } from '../../base/clock.ts'
import { hash32, randomFrom, type Random } from '../../base/random.ts'
import { TimerHeap, type HeapTimer } from './timer-heap.ts'

/** Every box begins at this moment, so that equal seeds give equal stamps: 2026-01-01T00:00:00Z, in Unix milliseconds. */
const BEGINNING = Date.UTC(2026, 0, 1)
/** Node clamps longer timers to 1 ms; here they are cut. */
const LONGEST_TIMER_MS = 2 ** 31 - 1
/** More timers than this at one instant are a circle that time never leaves. */
const MOST_AT_ONE_INSTANT = 1_000_000
/** So many turns of the loop at most may a delivery be put off. */
const LONGEST_DETOUR = 4

/** What a box needs of the real event loop. */
export interface RealLoop {
  immediate(run: () => void): void
}

/**
 * A world with a time of its own: it stands still while there is anything to do, and then jumps to the earliest timer.
 * What belongs to one box (timers, connections, servers) must not be used from another one.
 */
export class Box {
  readonly clock: Clock
  /** For whatever draws by lot in the box. */
  readonly random: Random
  readonly #loop: RealLoop
  readonly #tieSeed: number
  readonly #detours: Random
  readonly #heap = new TimerHeap()
  readonly #locks = new Set<{ readonly name: string }>()
  #seq = 0
  #now = 0
  #immediates = 0
  #atThisInstant = 0
  #isClosed = false

  constructor(seed: string, loop: RealLoop) {
    this.#loop = loop
    this.#tieSeed = hash32(seed)
    this.random = randomFrom(seed, 'chance')
    this.#detours = randomFrom(seed, 'detours')
    this.clock = {
      now: () => this.#now,
      wall: () => BEGINNING + this.#now,
      after: (ms, then) => this.after(ms, then),
      sleep: (ms, signal) => sleepBy((delay, then) => this.after(delay, then), ms, signal),
    }
  }

  /** Virtual milliseconds since the box was made. */
  get now(): number {
    return this.#now
  }

  /** What time waits for, by name, beside what is ready to run. */
  get locks(): readonly string[] {
    return [...this.#locks].map(({ name }) => name)
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Runs `then` at a later instant; the returned function cancels that. */
  after(ms: number, then: () => void): () => void {
    if (this.#isClosed) return () => undefined
    // As in Node, 0 is 1; and no timer is early.
    const delay = Math.ceil(Math.min(Math.max(Number.isNaN(ms) ? 1 : ms, 1), LONGEST_TIMER_MS))
    const seq = (this.#seq += 1)
    const timer: HeapTimer = {
      at: this.#now + delay,
      tie: scrambled(seq, this.#tieSeed),
      seq,
      run: then,
      cancelled: false,
    }
    this.#heap.push(timer)
    return () => {
      timer.cancelled = true
    }
  }

  /** Runs `then` in a later turn of the loop, at the same instant; the returned function cancels that. */
  immediate(then: () => void): () => void {
    let cancelled = false
    this.#immediates += 1
    this.#loop.immediate(() => {
      this.#immediates -= 1
      if (!cancelled && !this.#isClosed) then()
    })
    return () => {
      cancelled = true
    }
  }

  /** Runs `then` soon, at the same instant: after as many turns of the loop as the seed decides. */
  detour(then: () => void): void {
    const turns = this.#detours.below(LONGEST_DETOUR)
    if (turns === 0) process.nextTick(then)
    else this.#around(turns, then)
  }

  #around(turns: number, then: () => void): void {
    this.immediate(turns === 1 ? then : () => this.#around(turns - 1, then))
  }

  /** Holds time until the returned function is called, for what the loop does not show: files, other threads, people. */
  lock(name: string): () => void {
    const lock = { name }
    this.#locks.add(lock)
    return () => void this.#locks.delete(lock)
  }

  /** Whether time waits for something, though nothing is ready to run. */
  get isHeld(): boolean {
    return this.#locks.size > 0
  }

  /** Whether anything is under way that needs no time to pass. */
  get isBusy(): boolean {
    return this.#immediates > 0 || this.isHeld
  }

  /** Moves time to the earliest timer and runs that one; false when there is none. Throws when time goes in a circle. */
  step(): boolean {
    const timer = this.#heap.pop()
    if (timer === undefined) return false
    this.#atThisInstant = timer.at === this.#now ? this.#atThisInstant + 1 : 0
    if (this.#atThisInstant > MOST_AT_ONE_INSTANT)
      throw new Error(`${MOST_AT_ONE_INSTANT} timers fell due at one virtual instant`)
    this.#now = timer.at
    timer.run()
    return true
  }

  /** Forgets all timers; nothing of this box runs any more. */
  close(): void {
    this.#isClosed = true
    this.#heap.clear()
    this.#locks.clear()
  }
}

/** Timers of one instant may run in any order; which one is taken follows from the seed. */
function scrambled(seq: number, seed: number): number {
  let mixed = Math.imul(seq ^ seed, 0x9e3779b1)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b)
  return (mixed ^ (mixed >>> 13)) >>> 0
}
