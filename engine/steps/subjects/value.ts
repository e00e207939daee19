import { matcherOf, under } from '../matching.ts'
import { Matcher } from '../shapes.ts'
import type { Look, SubjectDefinition } from './define.ts'

const SETTLED = 'waiting could not change it: its templates were evaluated once, when the step began'

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
    const claims = Object.keys(operators).length === 0 ? { value: true } : operators
    const judged = Object.entries(claims).map(([key, operand]) => {
      const expected = key === 'value' ? operand : { [key]: operand }
      return { key, mismatches: under('value', matcherOf(expected, context)(actual)) }
    })
    const mismatches = judged.flatMap((one) => one.mismatches)
    const place = judged.find((one) => one.mismatches.length > 0)?.key
    const look: Look = {
      ok: mismatches.length === 0,
      mismatches,
      summary: `the value is ${JSON.stringify(actual)}`,
      notes: [],
      result: { value: actual ?? null },
      ...(place === undefined ? {} : { place }),
    }
    return Promise.resolve({ look: () => Promise.resolve(look), settled: SETTLED })
  },
}
