interface ForwardErrorDetails {
  readonly passing?: boolean
  readonly refused?: boolean
  readonly cause?: unknown
}

/** The way to a pod's port is broken. The message is one line and names the pod and the port. */
export class ForwardError extends Error {
  /** Whether another try, perhaps to another pod, may help. */
  readonly passing: boolean
  /** The credentials are no good, or not any more. */
  readonly refused: boolean

  constructor(message: string, { passing = true, refused = false, cause }: ForwardErrorDetails = {}) {
    super(message, { cause })
    this.name = 'ForwardError'
    this.passing = passing
    this.refused = refused
  }
}
