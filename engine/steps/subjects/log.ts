import { Matcher } from '../shapes.ts'
import type { SubjectDefinition } from './define.ts'

/** Lines of the gateway's log. */
export const log: SubjectDefinition = {
  subject: 'log',
  summary: "Lines of the gateway's log, of this scenario's time and ids.",
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['log'],
    properties: {
      log: { enum: ['gateway'], description: 'Whose log.' },
      contains: { type: 'string', minLength: 1, description: 'A piece of the line.' },
      count: { ...Matcher, description: 'How many lines.' },
      json: { ...Matcher, description: 'The line, parsed as JSON.' },
    },
  },
  examples: ['expect: { log: gateway, contains: "${vars.alert}", within: 5s }'],
}
