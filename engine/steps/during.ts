import { defineStep } from './define.ts'
import { Steps, Subject } from './shapes.ts'

export const during = defineStep({
  verb: 'during',
  summary: 'Watches a subject for exactly as long as some steps take.',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['steps'],
    anyOf: [{ required: ['never'] }, { required: ['stays'] }],
    properties: {
      steps: Steps,
      never: { ...Subject, description: 'No such subject may be there meanwhile.' },
      stays: { ...Subject, description: 'What must hold all the while.' },
    },
  },
  asserts: true,
  examples: ['during: { never: { crd: {{kind}}, namespace: "${ns.app}" }, steps: [{ wait: 1s }] }'],
})
