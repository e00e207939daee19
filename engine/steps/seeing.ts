import { describeError } from '../base/failure.ts'
import { ApiError } from '../cluster/api-error.ts'
import { TransportError } from '../http/transport-error.ts'
import { Undecided } from './matching.ts'
import { RedisTransportError } from '../redis/redis-errors.ts'
import { unseen, type Look } from './subjects/define.ts'

/** A look, also where an error of the way passes that may be gone at the next one. */
export async function see(look: () => Promise<Look>): Promise<Look> {
  try {
    return await look()
  } catch (error) {
    if (isPassing(error)) return unseen(describeError(error))
    if (error instanceof Undecided) return { ...unseen(error.message), undecided: error }
    throw error
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof ApiError) return error.status === 429 || error.status >= 500
  return error instanceof TransportError || error instanceof RedisTransportError
}
