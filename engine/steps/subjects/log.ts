import type { Mismatch } from '../../base/failure.ts'
import { textAt, type JsonObject } from '../../base/json.ts'
import type { StepContext } from '../context.ts'
import { matcherOf, under } from '../matching.ts'
import { Matcher } from '../shapes.ts'
import type { Look, SubjectDefinition } from './define.ts'

/** Lines of the gateway's log. */
export const log: SubjectDefinition = {
  subject: 'log',
  summary: "Lines of the gateway's log, of this scenario's time and ids.",
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['log'],
    properties: {
      log: { enum: ['gateway'], description: 'Whose log.' },
      contains: { type: 'string', minLength: 1, description: 'A piece of the line.' },
      count: { ...Matcher, description: 'How many lines.' },
      json: { ...Matcher, description: 'The line, parsed as JSON.' },
    },
  },
  examples: ['expect: { log: gateway, contains: "${vars.alert}", within: 5s }'],
  observe: (input, context) => Promise.resolve({ look: () => look(input, context) }),
}

/** So many of the last lines are shown with a failure. */
const SHOWN = 5

async function look(input: JsonObject, context: StepContext): Promise<Look> {
  const all = await context.gatewayLog()
  const piece = textAt(input, 'contains') ?? ''
  const lines = all.filter((line) => line.includes(piece))
  const judged =
    'json' in input ? lines.map((line) => jsonMismatches(line, input, context)) : lines.map(() => [])
  const found = lines.filter((_, index) => judged[index]?.length === 0)
  const mismatches =
    'count' in input
      ? under('count', matcherOf(input['count'], context, ['count'])(found.length))
      : presence(found, judged, input)
  const were = found.length > 1 ? `${found.length} lines are` : `${found.length === 0 ? 'no' : 1} line is`
  return {
    ok: mismatches.length === 0,
    mismatches,
    summary: `${were} like this, of ${all.length} about this scenario`,
    notes: mismatches.length === 0 ? [] : all.slice(-SHOWN).map((line) => `log: ${line}`),
    result: { lines: found, count: found.length },
  }
}

function jsonMismatches(line: string, input: JsonObject, context: StepContext): readonly Mismatch[] {
  return under('json', matcherOf(input['json'], context, ['json'])(parsed(line)))
}

/** A line that is no JSON is a text. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown
  } catch {
    return line
  }
}

/** At least one line; else what differs in the closest. */
function presence(
  found: readonly string[],
  judged: readonly (readonly Mismatch[])[],
  input: JsonObject,
): readonly Mismatch[] {
  if (found.length > 0) return []
  const [closest] = [...judged].sort((a, b) => a.length - b.length)
  if (closest !== undefined) return closest
  const path = 'contains' in input ? 'contains' : 'log'
  return [{ path, expected: 'at least one line', actual: 'none' }]
}
