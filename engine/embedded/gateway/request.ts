import type { IncomingMessage } from 'node:http'

/** A request as the handlers see it. */
export interface GatewayRequest {
  readonly method: string
  /** Decoded, without the query. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  /** Address of the peer. */
  readonly peer: string
  /** Undefined where request ids are lost. */
  readonly requestId: string | undefined
}

/** Reads the body to its end, however long it is. */
export async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

export function pathOf(url: string): string {
  const raw = url.split(/[?#]/, 1)[0] ?? '/'
  try {
    return decodeURIComponent(raw)
  } catch {
    // A path that is not valid percent encoding is shown as it came.
    return raw
  }
}

/** First of `X-Forwarded-For`, else `X-Real-IP`, else the peer. */
export function clientAddress({ headers, peer }: GatewayRequest): string {
  const forwarded = String(headers['x-forwarded-for'] ?? '')
    .split(',')[0]
    ?.trim()
  return forwarded || String(headers['x-real-ip'] ?? '').trim() || peer
}
