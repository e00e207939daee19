import type { Fault } from './fault.ts'

export const handoverRaces: Fault = {
  name: 'handover-races',
  summary:
    'Push, threshold check and opening of a window are separate commands, and window ids have whole seconds.',
  consequence:
    'Under simultaneous alerts some are in no object, or one burst has two windows and two objects.',
  from: 'G4',
  change: () => ({
    admitsAtomically: false,
    windowId: (name, wallMs) => `${name}-${Math.floor(wallMs / 1000)}`,
  }),
}
