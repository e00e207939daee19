/** The body is not a signal this gateway takes; answered with 400. */
export class SignalError extends Error {
  readonly stage: 'parse' | 'validation'

  constructor(stage: SignalError['stage'], reason: string) {
    super(`${stage === 'parse' ? 'Failed to parse signal' : 'Signal validation failed'}: ${reason}`)
    this.stage = stage
  }
}
