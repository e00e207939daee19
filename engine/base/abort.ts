/** An abort within a larger one. */
export interface InnerAbort {
  /** Aborts with the outer signal, where there is one, or by `abort`, for the reason of whichever was first. */
  readonly signal: AbortSignal
  /** Also lets go of the outer signal. */
  abort(reason?: unknown): void
  /** Lets go of the outer signal, which may live much longer. */
  release(): void
}

/** As `AbortSignal.any` with a controller of one's own, at a fraction of its cost, for whoever knows when it is over. */
export function abortWithin(outer?: AbortSignal): InnerAbort {
  const own = new AbortController()
  const follow = (): void => own.abort(outer?.reason)
  if (outer?.aborted === true) follow()
  else outer?.addEventListener('abort', follow)
  const release = (): void => outer?.removeEventListener('abort', follow)
  return {
    signal: own.signal,
    release,
    abort: (reason) => {
      release()
      own.abort(reason)
    },
  }
}
