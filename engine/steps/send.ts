import type { Json } from '../base/json.ts'
import { defineStep } from './define.ts'
import { sendInTurn, sendTogether, type Round } from './sending.ts'
import { Duration, ResponseExpectation, Signals, TextMap } from './shapes.ts'
import { checkTally, tallyOf } from './tally.ts'

export const send = defineStep({
  verb: 'send',
  summary: 'Sends one or many signals to the gateway.',
  schema: {
    type: 'object',
    $comment: Signals,
    properties: {
      raw: {
        type: 'object',
        additionalProperties: false,
        required: ['path'],
        description: 'A request to a signal path as it stands, for bodies that are not what they should be.',
        properties: {
          path: { type: 'string', pattern: '^/' },
          headers: TextMap,
          body: { description: 'A text goes out as it stands, anything else as JSON.' },
        },
      },
      preset: { type: 'string', description: 'How much of a signal is filled in when it is not given.' },
      times: { type: 'integer', minimum: 1, maximum: 10_000, description: 'How many; `i` counts from 0.' },
      each: {
        type: 'array',
        minItems: 1,
        description: 'One signal per row; `row` is the row, `i` its number.',
      },
      every: { ...Duration, description: 'From the start of one to the start of the next.' },
      together: {
        type: 'boolean',
        description: 'Opens one connection per request first, then writes all of them at once.',
      },
      from: {
        type: 'string',
        description: 'The client address that the gateway is told, as `X-Forwarded-For`.',
      },
      expect: ResponseExpectation,
      tally: {
        type: 'object',
        description:
          "How often each status must come: `{ '201': 1, '202': 9 }`; `other: true` allows the rest.",
        additionalProperties: { $comment: 'matcher' },
        properties: {
          other: { type: 'boolean' },
          transport: { $comment: 'matcher', description: 'How many requests may get no response.' },
        },
      },
    },
  },
  asserts: ['expect', 'tally'],
  excludes: [
    ['times', 'each'],
    ['every', 'together'],
    ['raw', 'preset'],
  ],
  once: ['times', 'each', 'every', 'together', 'tally'],
  examples: [
    'send: { alert: { name: "${vars.alert}", severity: critical, namespace: "${ns.app}", pod: api-1 }, expect: { status: 201 } }',
    'send: { alert: { name: "${vars.alert}", namespace: "${ns.app}", pod: "api-${i}" }, times: 15, together: true, tally: { \'202\': 15 } }',
  ],
  async run(input, context) {
    const rounds = roundsOf(input.times, input.each as readonly Json[] | undefined)
    const lossCounted = input.tally?.transport !== undefined
    const sending = { context, rounds, lossCounted }
    const everyMs = input.every === undefined ? 0 : context.duration(input.every)
    const { answers, spreadMs } =
      input.together === true ? await sendTogether(sending) : await sendInTurn(sending, everyMs)
    const tally = tallyOf(answers)
    if (input.tally !== undefined) checkTally(input.tally, tally, context)
    const all = answers.flatMap(({ reply }) => (reply === undefined ? [] : [{ ...reply }]))
    return {
      first: all[0] ?? null,
      last: all.at(-1) ?? null,
      all,
      tally,
      ...(spreadMs === undefined ? {} : { spreadMs }),
    }
  },
})

function roundsOf(times: number | undefined, rows: readonly Json[] | undefined): readonly Round[] {
  if (rows !== undefined) return rows.map((row, i) => ({ i, row }))
  return Array.from({ length: times ?? 1 }, (_, i) => ({ i }))
}
