import { defineStep } from './define.ts'

export const measure = defineStep({
  verb: 'measure',
  summary: 'Names this moment, for the `since` of a later metric.',
  schema: { type: 'string', pattern: '^[a-z][A-Za-z0-9]*$' },
  asserts: false,
  examples: ['measure: beforeBurst'],
})
