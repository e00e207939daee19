/** How a scenario is run to find out what a suite is worth. */
export interface Trial {
  /** The id of the scenario itself: what it makes bears the same names in each of its trials. */
  readonly of: string
  /** Of the gateway. */
  readonly faults: readonly string[]
  /** Whether to tell which faults could have made a difference. */
  readonly witness: boolean
}
