import { isObject, valueAt } from '../base/json.ts'

export interface ApiErrorDetails {
  /** What was asked, such as `GET /api/v1/pods`. */
  readonly doing: string
  readonly status: number
  /** The server's word for it, such as `NotFound`; empty when it gave none. */
  readonly reason: string
  /** The server's sentence. */
  readonly explanation: string
  readonly retryAfterMs?: number | undefined
  readonly body: string
  /** Said after the sentence, such as `gave up after 4 tries`. */
  readonly note?: string
}

/** The API server answered, with an error. */
export class ApiError extends Error {
  readonly status: number
  readonly reason: string
  readonly retryAfterMs: number | undefined
  readonly body: string
  readonly details: ApiErrorDetails

  constructor(details: ApiErrorDetails) {
    const { doing, status, reason, explanation, note } = details
    const said = [String(status), reason].filter((word) => word !== '').join(' ')
    const tail = note === undefined ? '' : ` (${note})`
    super(`${doing}: ${said}${explanation === '' ? '' : `: ${explanation}`}${tail}`)
    this.name = 'ApiError'
    this.status = status
    this.reason = reason
    this.retryAfterMs = details.retryAfterMs
    this.body = details.body
    this.details = details
  }
}

export interface ErrorReply {
  readonly doing: string
  readonly status: number
  /** The `Retry-After` header. */
  readonly retryAfter?: string | undefined
  readonly body: string
}

/** Reads the Status object of an error reply; any other body is quoted by its beginning. */
export function apiErrorOf({ doing, status, retryAfter, body }: ErrorReply): ApiError {
  const parsed = parseStatus(body)
  const seconds = Number(retryAfter ?? valueAt(parsed, ['details', 'retryAfterSeconds']) ?? Number.NaN)
  const word = valueAt(parsed, ['reason'])
  const sentence = valueAt(parsed, ['message'])
  return new ApiError({
    doing,
    status,
    reason: typeof word === 'string' ? word : '',
    explanation: typeof sentence === 'string' ? sentence : body.trim().slice(0, 200),
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
    body,
  })
}

function parseStatus(body: string): unknown {
  try {
    const parsed: unknown = JSON.parse(body)
    return isObject(parsed) && parsed['kind'] === 'Status' ? parsed : undefined
  } catch {
    // A proxy's error page: its text is all there is to say.
    return undefined
  }
}
