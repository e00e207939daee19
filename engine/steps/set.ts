import { defineStep } from './define.ts'

export const set = defineStep({
  verb: 'set',
  summary: 'Sets variables, which later steps read as `vars.NAME`.',
  schema: {
    type: 'object',
    minProperties: 1,
    propertyNames: { pattern: '^[a-z][A-Za-z0-9]*$' },
    additionalProperties: true,
  },
  asserts: false,
  examples: ['set: { first: "${sent.first.body.id}" }'],
  run(_input, { bindVars }) {
    bindVars()
    return Promise.resolve(undefined)
  },
})
