import type { JsonObject } from '../base/json.ts'
import { defineStep } from './define.ts'

export const use = defineStep({
  verb: 'use',
  summary: 'Runs the steps of a template file, which sees its inputs only.',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['template'],
    properties: {
      template: {
        type: 'string',
        pattern: '\\.ya?ml$',
        description: 'The file, from the folder of this one.',
        examples: ['../templates/open-window.yaml'],
      },
      inputs: { type: 'object', description: 'A value for each input that the template asks for.' },
    },
  },
  asserts: false,
  examples: ['use: { template: ../templates/open-window.yaml, inputs: { alert: "${vars.alert}" } }'],
  run: (input, context) => context.performTemplate(input as JsonObject),
})
