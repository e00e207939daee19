import type { Fault } from './fault.ts'
import { FINGERPRINT_LABEL } from '../remediation-request.ts'

export const fingerprintLabelMissing: Fault = {
  name: 'fingerprint-label-missing',
  summary: 'Objects do not carry the fingerprint label.',
  consequence: 'A repeat is not recognised and makes a second object.',
  change: (before) => ({
    draft: (object) => {
      const drafted = before.draft(object)
      const { [FINGERPRINT_LABEL]: _lost, ...labels } = drafted.metadata.labels ?? {}
      return { ...drafted, metadata: { ...drafted.metadata, labels } }
    },
  }),
}
