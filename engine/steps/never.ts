import type { JsonObject } from '../base/json.ts'
import { defineStep } from './define.ts'
import { observe } from './observing.ts'
import { Duration } from './shapes.ts'
import { neverDuring } from './waiting.ts'

export const never = defineStep({
  verb: 'never',
  summary:
    'No such subject is there, from the start of the step and for a time; fails at once when one appears.',
  schema: {
    type: 'object',
    required: ['for'],
    properties: { for: { ...Duration, description: 'How long to watch.' } },
  },
  asserts: true,
  takesSubject: true,
  examples: ['never: { crd: {{kind}}, namespace: "${ns.app}", for: 1s }'],
  async run(input, context) {
    const observer = await observe(input as JsonObject, context)
    await neverDuring(observer, context.duration(input.for), context)
    return undefined
  },
})
