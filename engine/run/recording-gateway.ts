import { setMaxListeners } from 'node:events'
import { describeError } from '../base/failure.ts'
import type { Clock } from '../base/clock.ts'
import type { Json } from '../base/json.ts'
import type { Exchange } from '../events/event.ts'
import type { Burst } from '../http/burst.ts'
import type { HttpReply, HttpRequest } from '../http/http.ts'
import { TransportError } from '../http/transport-error.ts'
import type { Answer, GatewayPort, GatewayRequest } from '../steps/gateway-port.ts'
import { BODY_KEPT } from './exchange-limits.ts'
import type { GatewayLink } from './gateway-link.ts'

const DEFAULT_TIMEOUT_MS = 10_000

export interface RecordingOptions {
  readonly link: GatewayLink
  readonly clock: Clock
  readonly signal: AbortSignal
  /** The client address told to the gateway, so that rate limits do not mix scenarios. */
  readonly from: string
  /** Called before requests leave, for whoever must tidy up when no reply is ever seen. */
  readonly onSend?: (requests: readonly GatewayRequest[]) => void
  readonly onExchange: (exchange: Exchange) => void
  /** Called for each answered signal, before anyone judges the reply. */
  readonly onReply: (request: GatewayRequest, answer: Answer) => void
}

/** The gateway as one step reaches it: every exchange is told, every reply entered in the ledger. */
export function recordingGateway(options: RecordingOptions): GatewayPort {
  const { link, clock } = options
  return {
    exchange: async (request) => {
      const startedAt = clock.now()
      const sent = outgoing(request, options)
      options.onSend?.([request])
      try {
        return tell(request, sent, await link.http.exchange(sent), options)
      } catch (error) {
        return lost({ request, sent, error, ms: clock.now() - startedAt }, options)
      }
    },
    together: async (requests) => {
      const sent = requests.map((request) => outgoing(request, options))
      setMaxListeners(0, options.signal)
      options.onSend?.(requests)
      const startedAt = clock.now()
      const { results, spreadMs } = await burst(sent, link)
      const answers = results.map((result, index): Answer => {
        const [request, out] = [requests[index] as GatewayRequest, sent[index] as HttpRequest]
        if (result.ok) return tell(request, out, result.reply, options)
        return lost({ request, sent: out, error: result.error, ms: clock.now() - startedAt }, options)
      })
      return { answers, spreadMs }
    },
  }
}

/** A connection that cannot be opened is the fate of all of them: then none was sent. */
async function burst(requests: readonly HttpRequest[], { http }: GatewayLink): Promise<Burst> {
  try {
    return await http.burst(requests)
  } catch (error) {
    return { results: requests.map(() => ({ ok: false, error })), spreadMs: 0 }
  }
}

/** The headers with which a request leaves; one that names an address itself keeps it. */
export function headersFrom(
  from: string,
  { headers }: Pick<GatewayRequest, 'headers'>,
): GatewayRequest['headers'] {
  return { 'x-forwarded-for': from, ...headers }
}

function outgoing(request: GatewayRequest, { link, signal, from }: RecordingOptions): HttpRequest {
  return {
    method: request.method,
    url: `${link.url}${request.path}`,
    headers: headersFrom(from, request),
    ...(request.body === undefined ? {} : { body: request.body }),
    timeoutMs: request.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    signal,
  }
}

function tell(
  request: GatewayRequest,
  sent: HttpRequest,
  reply: HttpReply,
  options: RecordingOptions,
): Answer {
  const headers = Object.fromEntries(
    Object.entries(reply.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  )
  const text = reply.body.toString('utf8')
  options.onExchange({
    ...asked(request, sent),
    status: reply.status,
    headers,
    body: text.slice(0, BODY_KEPT),
    ms: reply.ms,
  })
  const body = parse(text, headers['content-type'] ?? '')
  const answer = { reply: { status: reply.status, headers, body, ms: reply.ms } }
  options.onReply(request, answer)
  return answer
}

interface Lost {
  readonly request: GatewayRequest
  readonly sent: HttpRequest
  readonly error: unknown
  readonly ms: number
}

/** A transport error is an answer of its own kind; anything else (an abort) goes on up. */
function lost({ request, sent, error, ms }: Lost, options: RecordingOptions): Answer {
  if (!(error instanceof TransportError)) throw error
  options.onExchange({ ...asked(request, sent), transportError: describeError(error), ms })
  return { transport: { kind: error.kind, message: error.message } }
}

function asked(
  request: GatewayRequest,
  sent: HttpRequest,
): Pick<Exchange, 'method' | 'path' | 'requestHeaders' | 'requestBody'> {
  return {
    method: request.method,
    path: request.path,
    requestHeaders: sent.headers as Readonly<Record<string, string>>,
    ...(request.body === undefined ? {} : { requestBody: request.body.slice(0, BODY_KEPT) }),
  }
}

function parse(text: string, contentType: string): Json {
  const says = contentType.includes('json') || text.startsWith('{')
  if (!says) return text
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}
