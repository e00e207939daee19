import type { Fault } from './fault.ts'

export const labelsLost: Fault = {
  name: 'labels-lost',
  summary: 'Objects do not carry the labels of the alert.',
  consequence: 'spec.signalLabels is missing.',
  change: (before) => ({
    draft: (object) => {
      const { signalLabels: _lost, ...spec } = before.draft(object)['spec'] as Record<string, unknown>
      return { ...before.draft(object), spec }
    },
  }),
}
