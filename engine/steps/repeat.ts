import { defineStep } from './define.ts'
import { Duration, Steps } from './shapes.ts'

export const repeat = defineStep({
  verb: 'repeat',
  summary: 'Runs steps several times, or once per row.',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['steps'],
    anyOf: [{ required: ['times'] }, { required: ['each'] }],
    properties: {
      times: { type: 'integer', minimum: 1, maximum: 10_000, description: 'How often; `i` counts from 0.' },
      each: {
        type: 'array',
        minItems: 1,
        description: 'One round per row; `row` is the row, `i` its number.',
      },
      every: { ...Duration, description: 'From the start of one round to the start of the next.' },
      as: {
        type: 'string',
        description:
          'What the loop is called: `phase` gives `phase` for the row and `phase_i` for its number.',
      },
      steps: Steps,
    },
  },
  asserts: false,
  excludes: [['times', 'each']],
  once: ['times', 'each', 'every', 'as'],
  examples: ['repeat: { each: [Completed, Failed], as: phase, steps: [{ note: "now ${phase}" }] }'],
})
