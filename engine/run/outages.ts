import { outageName, type Outage } from '../base/outage.ts'
import type { Failure } from '../base/failure.ts'

/** What a scenario has broken itself: while it lasts, what goes wrong is what the scenario is about. */
export class Outages {
  readonly #now: Outage[] = []
  /** Whether the way to the gateway or to Redis was ever touched: then it is no news that it changed. */
  hasTouchedTarget = false

  begin(outage: Outage): () => void {
    this.#now.push(outage)
    this.hasTouchedTarget ||= !('api' in outage)
    return () => {
      const at = this.#now.indexOf(outage)
      if (at >= 0) this.#now.splice(at, 1)
    }
  }

  /** A failure while something is broken names it; that nothing came back is then the gateway's failure, not ours. */
  blamed(failure: Failure): Failure {
    const names = this.#now.map(outageName)
    if (names.length === 0 || failure.outcome === 'cancelled') return failure
    const note = `while the scenario's own fault was in force: ${names.join(', ')}`
    const isLoss = failure.outcome === 'broken' && LOSSES.includes(failure.code)
    return {
      ...failure,
      outcome: isLoss ? 'failed' : failure.outcome,
      notes: [note, ...(failure.notes ?? [])],
    }
  }
}

/** No reply came, or nothing could be seen. */
const LOSSES = ['TRANSPORT', 'UNSEEN']
