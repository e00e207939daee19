import type { Clock } from '../base/clock.ts'
import type { EventBody } from '../events/event.ts'
import type { FromThread, Told } from './protocol.ts'

/** Often enough for people who watch: a message wakes the host, which costs more than most steps do. */
const HOLD_MS = 20
const MOST_AT_ONCE = 500

/**
 * What a thread has to say. Its events travel together, each with the time at which it was told; the end of an attempt
 * goes with the next turn of the loop, as the host has something to do then, unless the thread has enough to do without
 * it. Anything else takes the events before it along, so that the host hears everything in order.
 */
export class Outbox {
  readonly #post: (message: FromThread) => void
  readonly #clock: Pick<Clock, 'after' | 'wall'>
  readonly #hasEnoughToDo: () => boolean
  #events: Told[] = []
  #cancel: () => void = () => undefined

  constructor(
    post: (message: FromThread) => void,
    clock: Pick<Clock, 'after' | 'wall'>,
    hasEnoughToDo: () => boolean = () => false,
  ) {
    this.#post = post
    this.#clock = clock
    this.#hasEnoughToDo = hasEnoughToDo
  }

  tell(event: EventBody): void {
    const isUrgent = event.type === 'attempt:ended' && !this.#hasEnoughToDo()
    this.#events.push({ event, wall: this.#clock.wall() })
    if (this.#events.length >= MOST_AT_ONCE) this.flush()
    else if (this.#events.length === 1 || isUrgent) this.#flushIn(isUrgent ? 0 : HOLD_MS)
  }

  send(message: FromThread): void {
    this.flush()
    this.#post(message)
  }

  flush(): void {
    this.#cancel()
    if (this.#events.length === 0) return
    const events = this.#events
    this.#events = []
    this.#post({ type: 'events', events })
  }

  #flushIn(ms: number): void {
    this.#cancel()
    this.#cancel = this.#clock.after(ms, () => this.flush())
  }
}
