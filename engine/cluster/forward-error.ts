/** The way to a pod's port is broken. The message is one line and names the pod and the port. */
export class ForwardError extends Error {
  /** Whether another try, perhaps to another pod, may help. */
  readonly passing: boolean

  constructor(message: string, { passing = true, cause }: { passing?: boolean; cause?: unknown } = {}) {
    super(message, { cause })
    this.name = 'ForwardError'
    this.passing = passing
  }
}
