import type { JsonObject } from '../base/json.ts'
import { defineStep } from './define.ts'
import { staysFor } from './lasting.ts'
import { observe } from './observing.ts'
import { durationOf } from './shapes.ts'

export const stays = defineStep({
  verb: 'stays',
  summary: 'A subject holds from the start of the step and for a time; fails at once when it does not.',
  schema: {
    type: 'object',
    required: ['for'],
    properties: { for: durationOf('How long to watch.') },
  },
  asserts: true,
  takesSubject: true,
  examples: ['stays: { crd: {{kind}}, namespace: "${ns.app}", count: 1, for: 2s }'],
  async run(input, context) {
    const observer = await observe(input as JsonObject, context)
    return (await staysFor(observer, context.duration(input.for), context)).result
  },
})
