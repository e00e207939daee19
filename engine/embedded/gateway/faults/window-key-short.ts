import type { Fault } from './fault.ts'

export const windowKeyShort: Fault = {
  name: 'window-key-short',
  summary: 'The key of a window expires at once.',
  consequence: 'One burst has several windows and several objects.',
  change: () => ({ windowTtlMs: () => 1 }),
}
