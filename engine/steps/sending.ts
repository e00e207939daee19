import { abortWithin } from '../base/abort.ts'
import { Broken } from '../base/failure.ts'
import { isObject, type Json, type JsonObject } from '../base/json.ts'
import type { StepContext } from './context.ts'
import type { Answer, GatewayRequest } from './gateway-port.ts'
import { lowerKeys, requestBody } from './request-parts.ts'
import { checkAnswer } from './response.ts'

/** One round of a `send`: `i`, and `row` where rows are sent. */
export interface Round {
  readonly i: number
  readonly row?: Json
}

export interface Sending {
  readonly context: StepContext
  readonly rounds: readonly Round[]
  /** A tally says how many may get no response, so a lost one is a result and not `broken`. */
  readonly lossCounted: boolean
}

export interface Sent {
  readonly answers: readonly Answer[]
  /** Milliseconds between the first and the last request of a `together`. */
  readonly spreadMs?: number
}

interface Prepared {
  readonly request: GatewayRequest
  readonly expectation: JsonObject | undefined
}

/** One after the other; with `every` on its beat, also when a reply is slow. A wrong reply ends the step at once. */
export async function sendInTurn(sending: Sending, everyMs: number): Promise<Sent> {
  const { clock, signal, startedAt } = sending.context
  const pending: Promise<Answer>[] = []
  const wrong = abortWithin(signal)
  try {
    for (const round of sending.rounds) {
      if (everyMs > 0 && round.i > 0) {
        const pause = startedAt + everyMs * round.i - clock.now()
        await clock.sleep(Math.max(0, pause), wrong.signal)
      }
      const answer = sendOne(round, sending)
      pending.push(answer)
      answer.catch((error: unknown) => wrong.abort(error))
      if (everyMs === 0) await answer
    }
    return { answers: await Promise.all(pending) }
  } finally {
    // What is under way is still entered in the ledger, and part of this step.
    await Promise.allSettled(pending)
    wrong.release()
  }
}

async function sendOne(round: Round, sending: Sending): Promise<Answer> {
  const prepared = prepare(round, sending.context)
  const answer = await sending.context.gateway.exchange(prepared.request)
  judge(answer, prepared, sending)
  return answer
}

/** One connection per request, all written in one turn. */
export async function sendTogether(sending: Sending): Promise<Sent> {
  const prepared = sending.rounds.map((round) => prepare(round, sending.context))
  const sent = await sending.context.gateway.together(prepared.map(({ request }) => request))
  sent.answers.forEach((answer, index) => {
    const asked = prepared[index]
    if (asked !== undefined) judge(answer, asked, sending)
  })
  return sent
}

function judge(answer: Answer, { expectation }: Prepared, { context, lossCounted }: Sending): void {
  if (answer.transport !== undefined && lossCounted) return
  checkAnswer(answer, expectation, context)
}

function prepare(round: Round, context: StepContext): Prepared {
  const input = context.round({ i: round.i, ...(round.row === undefined ? {} : { row: round.row }) })
  const expectation = isObject(input['expect']) ? input['expect'] : undefined
  const request = signalRequest(input, context) ?? rawRequest(input)
  const from = typeof input['from'] === 'string' ? { 'x-forwarded-for': input['from'] } : {}
  return { request: { ...request, headers: { ...request.headers, ...from } }, expectation }
}

function signalRequest(input: JsonObject, context: StepContext): GatewayRequest | undefined {
  for (const [key, signal] of Object.entries(context.description.signals)) {
    const given = input[key]
    if (!isObject(given)) continue
    const preset = input['preset']
    const options = { wall: context.clock.wall(), ...(typeof preset === 'string' ? { preset } : {}) }
    return { method: 'POST', ...signal.build(given, options) }
  }
  return undefined
}

function rawRequest(input: JsonObject): GatewayRequest {
  const raw = input['raw']
  if (!isObject(raw) || typeof raw['path'] !== 'string') {
    throw new Broken({ code: 'NOTHING_TO_SEND', message: 'send: names neither a signal nor a raw request' })
  }
  return {
    method: 'POST',
    path: raw['path'],
    headers: { 'content-type': 'application/json', ...lowerKeys(raw['headers']) },
    body: requestBody(raw['body']) ?? '',
  }
}
