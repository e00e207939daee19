import type { Fault } from './fault.ts'

export const keysLeak: Fault = {
  name: 'keys-leak',
  summary: 'Every signal leaves a key behind that never expires.',
  consequence: 'The number of keys in Redis grows with each alert.',
  change: () => ({ leaksKeys: true }),
}
