import type { SubjectDefinition } from './define.ts'

/** Every signal that this scenario sent. */
export const alerts: SubjectDefinition = {
  subject: 'alerts',
  summary: 'Every alert that this scenario sent: each is accounted for.',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['alerts'],
    properties: {
      alerts: { enum: ['conserved'], description: 'Each alert led to an object, or joined one.' },
    },
  },
  examples: ['expect: { alerts: conserved }'],
}
