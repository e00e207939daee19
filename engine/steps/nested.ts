import type { Failure } from '../base/failure.ts'
import type { JsonObject } from '../base/json.ts'
import type { Samples } from './prometheus.ts'

/** A list of steps in a step's input, to be run as a part of that step. */
export interface NestedList {
  /** Where it stands in the input: `steps`, or the name of a branch. */
  readonly key: string
  /** Which pass of a loop this is, from 0. */
  readonly pass?: number
  /** Names that these steps see, and nobody else. */
  readonly names?: JsonObject
  /** Ends the list early; the end of the whole step ends it anyway. */
  readonly signal?: AbortSignal
}

/** What steps have made known to the steps after them. */
export interface Introduced {
  /** Results, by the names of their `as` and `measure`. */
  readonly values: JsonObject
  /** Metrics as they were at moments that have a name. */
  readonly moments: Readonly<Record<string, Samples>>
}

/** A step of a nested list did not pass. */
export class NestedFailure extends Error {
  readonly failure: Failure
  /** What else went wrong, such as in another branch. */
  readonly further: readonly Failure[]

  constructor(failure: Failure, further: readonly Failure[] = []) {
    super(failure.message)
    this.failure = failure
    this.further = further
  }
}
