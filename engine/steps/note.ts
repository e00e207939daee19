import { defineStep } from './define.ts'

export const note = defineStep({
  verb: 'note',
  summary: 'Writes a line into the report.',
  schema: { type: 'string', minLength: 1 },
  asserts: false,
  examples: ['note: "window ${sent.last.body.id}"'],
  run(text, { write }) {
    write({ type: 'note:written', text })
    return Promise.resolve(undefined)
  },
})
