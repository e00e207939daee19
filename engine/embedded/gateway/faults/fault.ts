import type { Behaviour } from '../behaviour.ts'

/** A known deviation from the documented behaviour. */
export interface Fault {
  readonly name: string
  /** What the gateway does instead, one sentence. */
  readonly summary: string
  /** What can be seen of it from outside, one sentence. */
  readonly consequence: string
  /** Where it is known from: findings and quirks of the contract. */
  readonly from?: string
  /** The members of the behaviour that it replaces. */
  change(before: Behaviour): Partial<Behaviour>
}
