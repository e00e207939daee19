import type { Fault } from './fault.ts'

export const fingerprintConstant: Fault = {
  name: 'fingerprint-constant',
  summary: 'All signals have one fingerprint.',
  consequence: 'Five different alerts make one object.',
  change: () => ({ fingerprint: () => '0'.repeat(64), standsFor: () => true }),
}
