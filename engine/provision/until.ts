import { deferred } from '../base/deferred.ts'
import type { Clock } from '../base/clock.ts'
import type { KubeObject, ObjectRef } from '../cluster/types.ts'
import type { ObjectStream } from '../cluster/watch-hub.ts'

export interface Waiting {
  readonly clock: Clock
  readonly limitMs: number
  readonly signal: AbortSignal
}

/** What an object comes to; undefined: go on waiting. Throws when it will never do. */
export type Judge<T> = (object: KubeObject | undefined) => T | undefined

/** The limit has passed; the message says which: `within 120 s`. */
export class TooLate extends Error {}

/** Follows one object by watch until the judge is content with it. */
export async function until<T>(
  stream: ObjectStream,
  { namespace, name }: ObjectRef,
  judge: Judge<T>,
  { clock, limitMs, signal }: Waiting,
): Promise<T> {
  signal.throwIfAborted()
  const verdict = deferred<T>()
  const look = (): void => {
    try {
      const result = judge(stream.current(namespace).find(({ metadata }) => metadata.name === name))
      if (result !== undefined) verdict.resolve(result)
    } catch (error) {
      verdict.reject(error)
    }
  }
  const abort = (): void => verdict.reject(signal.reason)
  const late = (): void => {
    const why = stream.lastError === undefined ? '' : `; the watch says: ${stream.lastError}`
    verdict.reject(new TooLate(`within ${Math.round(limitMs / 1000)} s${why}`))
  }
  const undo = [stream.subscribe(look), clock.after(limitMs, late)]
  signal.addEventListener('abort', abort, { once: true })
  void stream.ready.then(look, (error: unknown) => verdict.reject(error))
  try {
    return await verdict.promise
  } finally {
    signal.removeEventListener('abort', abort)
    for (const step of undo) step()
  }
}
