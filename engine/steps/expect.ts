import type { JsonObject } from '../base/json.ts'
import { defineStep } from './define.ts'
import { observe } from './observing.ts'
import { durationOf } from './shapes.ts'
import { holdFor, lookOnce, waitFor } from './waiting.ts'

export const expect = defineStep({
  verb: 'expect',
  summary: 'A subject holds: now, or within a time.',
  schema: {
    type: 'object',
    additionalProperties: true,
    properties: {
      within: durationOf('How long it may take, from the start of the step; without it, one look.'),
      holds: durationOf('How long it must stay so after it first held.'),
    },
  },
  asserts: true,
  takesSubject: true,
  examples: [
    'expect: { crd: {{kind}}, namespace: "${ns.app}", count: 1, within: 5s }',
    'expect: { http: { path: /ready }, status: 200 }',
  ],
  async run(input, context) {
    const observer = await observe(input as JsonObject, context)
    const withinMs = input.within === undefined ? observer.patienceMs?.() : context.duration(input.within)
    const first =
      withinMs === undefined ? await lookOnce(observer, context) : await waitFor(observer, withinMs, context)
    if (input.within !== undefined && first.warning !== undefined)
      context.write({ type: 'warning:raised', text: first.warning })
    if (input.holds === undefined) return first.result
    return (await holdFor(observer, context.duration(input.holds), context)).result
  },
})
