import { defineStep } from './define.ts'
import { Steps } from './shapes.ts'

export const parallel = defineStep({
  verb: 'parallel',
  summary: 'Runs named branches of steps side by side; the first failure cancels the others.',
  schema: {
    type: 'object',
    minProperties: 2,
    additionalProperties: { ...Steps, description: 'The steps of one branch.' },
  },
  asserts: false,
  examples: ['parallel: { left: [{ wait: 1s }], right: [{ wait: 2s }] }'],
})
