import type { Exchange } from '../../events/event.ts'
import { shortDuration } from '../durations.ts'
import { toned, type Line } from '../text.ts'

const BODY_LIMIT = 2048
const MOST_LINES = 12

/** Request and response as they went over the wire, without headers; a long body is cut. */
export function exchangeLines(step: string, exchange: Exchange): readonly Line[] {
  const { request, response } = exchangeParts(step, exchange)
  return [...request, ...response]
}

export interface ExchangeParts {
  readonly request: readonly Line[]
  readonly response: readonly Line[]
}

export function exchangeParts(step: string, exchange: Exchange): ExchangeParts {
  const { method, path, requestBody, status, body, transportError, ms } = exchange
  const outcome = status === undefined ? `no response: ${transportError ?? 'unknown'}` : String(status)
  const title: Line = [toned('strong', 'last exchange'), toned('dim', ` (${step}, ${shortDuration(ms)})`)]
  return {
    request: [title, ...directed('>', [`${method} ${path}`, ...bodyLines(requestBody)])],
    response: directed('<', [outcome, ...bodyLines(body)]),
  }
}

function directed(arrow: string, texts: readonly string[]): readonly Line[] {
  return texts.map((text): Line => ['  ', toned('dim', arrow), ' ', text])
}

function bodyLines(body: string | undefined): readonly string[] {
  if (body === undefined || body === '') return []
  const bytes = Buffer.from(body)
  if (bytes.length <= BODY_LIMIT) return body.trimEnd().split(/\r?\n/)
  const shown = bytes
    .subarray(0, BODY_LIMIT)
    .toString()
    .replace(/\ufffd+$/, '')
  const lines = shown.split(/\r?\n/)
  if (lines.length > MOST_LINES)
    return [...lines.slice(0, MOST_LINES), `(of ${bytes.length} bytes, all in the event log)`]
  return [...lines, `(${bytes.length - BODY_LIMIT} bytes more are in the event log)`]
}
