import type { EventBody } from '../events/event.ts'
import type { FromThread } from './protocol.ts'

const MOST_AT_ONCE = 500

/**
 * What a thread has to say. Events of one turn of its loop travel as one message: a message costs more than most events
 * do. Anything else takes the events before it along, so that the host hears everything in order.
 */
export class Outbox {
  readonly #post: (message: FromThread) => void
  readonly #later: (flush: () => void) => void
  #events: EventBody[] = []

  constructor(post: (message: FromThread) => void, later: (flush: () => void) => void = setImmediate) {
    this.#post = post
    this.#later = later
  }

  tell(event: EventBody): void {
    this.#events.push(event)
    if (this.#events.length === 1) this.#later(() => this.flush())
    else if (this.#events.length >= MOST_AT_ONCE) this.flush()
  }

  send(message: FromThread): void {
    this.flush()
    this.#post(message)
  }

  flush(): void {
    if (this.#events.length === 0) return
    const events = this.#events
    this.#events = []
    this.#post({ type: 'events', events })
  }
}
