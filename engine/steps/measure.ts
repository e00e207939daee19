import { defineStep } from './define.ts'
import { metricsNow } from './metrics-now.ts'

export const measure = defineStep({
  verb: 'measure',
  summary: 'Names this moment, for the `since` of a later metric.',
  schema: { type: 'string', pattern: '^[a-z][A-Za-z0-9]*$' },
  asserts: false,
  examples: ['measure: beforeBurst'],
  async run(name, context) {
    const at = context.clock.wall()
    const samples = await metricsNow(context)
    context.introduce({ values: { [name]: { at } }, moments: { [name]: samples } })
    return { at }
  },
})
