import type { Fault } from './fault.ts'

export const stormKeysShared: Fault = {
  name: 'storm-keys-shared',
  summary: 'Rate, pattern and window keys carry the name of the alert alone.',
  consequence: 'Alerts of one namespace end up in the object of another.',
  from: 'G3 Q7',
  change: () => ({
    rateKey: (_namespace, name) => `alert:storm:rate:${name}`,
    patternKey: (_namespace, name) => `alert:pattern:${name}`,
    windowKey: (_namespace, name) => `alert:storm:aggregate:${name}`,
  }),
}
