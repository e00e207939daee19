import type { Clock } from '../../base/clock.ts'
import { Broken } from '../../base/failure.ts'
import type { Settings } from '../../gateway/description.ts'
import type { Http, HttpReply, HttpRequest } from '../../http/http.ts'
import type { RedisClient } from '../../redis/redis-client.ts'
import { BODY_KEPT } from '../exchange-limits.ts'
import type { GatewayLink } from '../gateway-link.ts'
import { NotRecorded } from './not-recorded.ts'
import type { RecordedExchange } from './recording.ts'

const ADDRESS = 'http://recording'

export interface ReplayLinkOptions {
  readonly name: string
  readonly version: string
  readonly settings: Settings
  readonly exchanges: readonly RecordedExchange[]
  readonly clock: Clock
}

/** The way to a gateway that answers what it answered then. What Redis held is in no recording. */
export function replayLink({ name, version, settings, exchanges, clock }: ReplayLinkOptions): GatewayLink {
  return {
    deployment: { name, profile: name, exclusive: false, namespace: '', version, configuration: null },
    settings,
    url: ADDRESS,
    http: replayHttp(exchanges, clock),
    redis: noRedis,
    forwards: [],
    epoch: () => 0,
    refresh: () => Promise.resolve(),
    update: () => undefined,
    lastError: () => undefined,
    check: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}

function replayHttp(exchanges: readonly RecordedExchange[], clock: Clock): Http {
  const used = new Set<RecordedExchange>()
  const answerTo = async (request: HttpRequest): Promise<HttpReply> => {
    const alike = exchanges.filter((one) => isLike(request, one))
    // A look that is taken more often than it was then finds what it found last.
    const answer =
      alike.find((one) => !used.has(one)) ?? (request.method === 'GET' ? alike.at(-1) : undefined)
    if (answer === undefined) throw otherRequest()
    used.add(answer)
    await clock.sleep(answer.at - clock.now(), request.signal)
    return replyOf(answer)
  }
  return {
    exchange: answerTo,
    burst: async (requests) => {
      const replies = await Promise.all(requests.map(answerTo))
      return { results: replies.map((reply) => ({ ok: true as const, reply })), spreadMs: 0 }
    },
    close: () => undefined,
  }
}

/** Not what the recording leaves open: the scenario does something else by now, and all that follows would differ. */
function otherRequest(): Broken {
  const message = 'this request is not in the recording: what the gateway says to it nobody knows'
  return new Broken({ code: 'OTHER_REQUEST', message })
}

function isLike({ method, url, body }: HttpRequest, { exchange }: RecordedExchange): boolean {
  if (method !== exchange.method || url !== `${ADDRESS}${exchange.path}`) return false
  const text = (body ?? '').toString().slice(0, BODY_KEPT)
  return withoutTimes(text) === withoutTimes(exchange.requestBody ?? '')
}

/** The same request made a moment later. */
function withoutTimes(text: string): string {
  return text.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, 'then')
}

function replyOf({ exchange }: RecordedExchange): HttpReply {
  const { status, headers = {}, body = '', ms, transportError } = exchange
  if (status === undefined) throw new NotRecorded(`there was no reply then: ${transportError ?? 'unknown'}`)
  if (body.length >= BODY_KEPT) throw new NotRecorded('the reply was too long to be recorded whole')
  return { status, headers, body: Buffer.from(body), ms, redone: false }
}

const notKept = (): Promise<never> =>
  Promise.reject(new NotRecorded('what Redis held is not in the recording'))

const noRedis: RedisClient = {
  command: notKept,
  look: notKept,
  scan: notKept,
  keyspaceEvents: notKept,
  watchKey: notKept,
  close: () => Promise.resolve(),
}
