import type { Fault } from './fault.ts'

export const dedupLockGap: Fault = {
  name: 'dedup-lock-gap',
  summary: 'A concurrent duplicate pauses once for 100 ms instead of waiting for the first creation to end.',
  consequence:
    'While creations are slow, simultaneous equal alerts make several objects; the lock key stays for 5 s.',
  from: 'G9 Q12',
  change: () => ({ waitsForTheFirst: false }),
}
