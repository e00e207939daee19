import type { Reply } from './behaviour.ts'
import { goStringify } from './go-json.ts'

export type ProblemKind =
  | 'validation-error'
  | 'unsupported-media-type'
  | 'internal-error'
  | 'service-unavailable'
  | 'too-many-requests'

const PROBLEMS: Readonly<Record<ProblemKind, readonly [status: number, title: string]>> = {
  'validation-error': [400, 'Bad Request'],
  'unsupported-media-type': [415, 'Unsupported Media Type'],
  'too-many-requests': [429, 'Too Many Requests'],
  'internal-error': [500, 'Internal Server Error'],
  'service-unavailable': [503, 'Service Unavailable'],
}

const REDACTIONS: readonly (readonly [RegExp, string])[] = [
  [/"password"\s*:\s*"[^"]+"/gi, '"password":"[REDACTED]"'],
  [/"token"\s*:\s*"[^"]+"/gi, '"token":"[REDACTED]"'],
  [/"api_key"\s*:\s*"[^"]+"/gi, '"api_key":"[REDACTED]"'],
  [/"annotations"\s*:\s*\{[^}]*\}/gi, '"annotations":[REDACTED]'],
  [/"generatorURL?"\s*:\s*"[^"]*"/gi, '"generatorURL":[REDACTED]'],
]

export interface ProblemReport {
  readonly kind: ProblemKind
  readonly detail: string
  /** Path of the request. */
  readonly instance: string
  readonly requestId?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
}

/** An RFC 7807 answer; secrets in the detail are blotted out. */
export function problemReply({ kind, detail, instance, requestId, headers = {} }: ProblemReport): Reply {
  const [status, title] = PROBLEMS[kind]
  const body = {
    type: `https://kubernaut.io/errors/${kind}`,
    title,
    detail: REDACTIONS.reduce((text, [pattern, blot]) => text.replace(pattern, blot), detail),
    status,
    instance,
    ...(requestId === undefined ? {} : { request_id: requestId }),
  }
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
    body: `${goStringify(body)}\n`,
  }
}
