import type { JsonObject } from '../base/json.ts'

/** Keys that may stand beside any verb. */
export const stepKeys = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1, description: 'What the step is for; shown in reports.' },
    as: {
      type: 'string',
      description: 'A name for the result, for later steps: letters and digits, small letter first.',
      examples: ['first'],
    },
    if: {
      type: ['boolean', 'string'],
      description: 'The step runs only when this is true.',
      examples: ['${gateway.window < duration("5s")}'],
    },
    timeout: {
      type: 'string',
      format: 'duration',
      description: 'How long the step may take at most.',
      examples: ['10s'],
    },
  },
} as const satisfies JsonObject

export const stepKeyNames: readonly string[] = Object.keys(stepKeys.properties)
