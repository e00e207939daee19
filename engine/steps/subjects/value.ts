import { matcherOf, under } from '../matching.ts'
import { Matcher } from '../shapes.ts'
import type { SubjectDefinition } from './define.ts'

/** Any expression: `true`, or what the operators beside it say. */
export const value: SubjectDefinition = {
  subject: 'value',
  summary: 'Any expression: it is true, or what the operators beside it say.',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['value'],
    properties: { value: { description: 'Any value, usually `"${…}"`.' } },
    patternProperties: { '^\\$': Matcher },
  },
  examples: [
    'expect: { value: "${sent.last.body.id}", $matches: "^Pod" }',
    'expect: { value: "${size(pods) == 4}" }',
  ],
  observe: (input, context) => {
    const { value: actual, ...rest } = input
    const operators = Object.fromEntries(Object.entries(rest).filter(([key]) => key.startsWith('$')))
    const expected = Object.keys(operators).length === 0 ? true : operators
    const mismatches = under('value', matcherOf(expected, context)(actual))
    const look = {
      ok: mismatches.length === 0,
      mismatches,
      summary: `the value is ${JSON.stringify(actual)}`,
      notes: [],
      result: { value: actual ?? null },
    }
    return Promise.resolve({ look: () => Promise.resolve(look) })
  },
}
