import { Broken, Failed, type Mismatch } from '../base/failure.ts'
import type { JsonObject } from '../base/json.ts'
import type { StepContext } from './context.ts'
import { matcherOf } from './matching.ts'
import type { Answer } from './gateway-port.ts'

const PARTS = ['status', 'headers', 'body'] as const

/**
 * Holds an answer against an `expect` of `status`, `headers`, `body`, `transport`.
 * A lost request is `broken`, unless the expectation asks for exactly that loss.
 */
export function checkAnswer(answer: Answer, expectation: JsonObject | undefined, context: StepContext): void {
  const wanted = expectation?.['transport']
  if (answer.transport !== undefined) {
    if (answer.transport.kind === wanted) return
    const { kind, message } = answer.transport
    const differs =
      wanted === undefined ? [] : [{ path: 'transport', expected: JSON.stringify(wanted), actual: kind }]
    const span = wanted === undefined ? context.span('expect') : context.span('expect', 'transport')
    throw new Broken({ code: 'TRANSPORT', message, span, mismatches: differs })
  }
  const mismatches =
    wanted === undefined
      ? replyMismatches(answer.reply, expectation ?? {}, context)
      : [lossMissing(wanted, answer.reply.status)]
  if (mismatches.length === 0) return
  throw new Failed({
    code: 'UNEXPECTED_RESPONSE',
    message: `the gateway answered ${answer.reply.status}, and ${mismatches.length === 1 ? 'one thing differs' : `${mismatches.length} things differ`} from what was expected`,
    span: context.span('expect', ...(mismatches[0]?.path.split('.') ?? [])),
    mismatches,
  })
}

function lossMissing(wanted: unknown, status: number): Mismatch {
  return { path: 'transport', expected: String(wanted), actual: `a response with status ${status}` }
}

/** All that differs, with paths from the reply: `body.status`. */
export function replyMismatches(
  reply: unknown,
  expectation: JsonObject,
  context: StepContext,
): readonly Mismatch[] {
  const parts: Record<string, unknown> = Object.fromEntries(
    PARTS.filter((part) => part in expectation).map((part) => [part, expectation[part]]),
  )
  if ('headers' in parts) parts['headers'] = lowerNames(parts['headers'])
  return matcherOf(parts, context)(reply)
}

function lowerNames(headers: unknown): unknown {
  if (typeof headers !== 'object' || headers === null) return headers
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.startsWith('$') ? name : name.toLowerCase(),
      value as unknown,
    ]),
  )
}
