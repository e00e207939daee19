import type { ServerResponse } from 'node:http'

import type { StatusError } from './status-error.ts'

export interface ReplyOptions {
  readonly code?: number
  readonly contentType?: string
  readonly warnings?: readonly string[]
}

/** Answers with JSON. */
export function reply(response: ServerResponse, body: unknown, options: ReplyOptions = {}): void {
  const { code = 200, contentType = 'application/json', warnings = [] } = options
  if (warnings.length > 0) {
    response.setHeader(
      'warning',
      warnings.map((text) => `299 - ${JSON.stringify(text)}`),
    )
  }
  send(response, code, contentType, JSON.stringify(body))
}

export function replyText(response: ServerResponse, text: string): void {
  send(response, 200, 'text/plain; charset=utf-8', text)
}

export function replyError(response: ServerResponse, error: StatusError): void {
  const { retryAfterSeconds } = error.details ?? {}
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', String(retryAfterSeconds))
  reply(response, error.toStatus(), { code: error.code })
}

function send(response: ServerResponse, code: number, contentType: string, text: string): void {
  const bytes = Buffer.from(text)
  response.writeHead(code, { 'content-type': contentType, 'content-length': bytes.length })
  response.end(bytes)
}
