import { conflict, MODIFIED_MEANWHILE } from '../apiserver/status-error.ts'
import type { ApiFault } from './fault.ts'

export const apiConflicts: ApiFault = {
  on: 'api',
  name: 'api-conflicts',
  summary: 'Updates of whole objects are refused with 409, as if someone else were always faster.',
  rule:
    () =>
    ({ verb, resource, name = '' }) => {
      // A refusal has no 409; whatever a rule throws is the answer.
      if (verb === 'update') throw conflict(resource, name, MODIFIED_MEANWHILE)
      return undefined
    },
}
