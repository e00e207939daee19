import type { Fault } from './fault.ts'

export const statusLabelClass: Fault = {
  name: 'status-label-class',
  summary: 'The status label of the duration histogram is the class of the status.',
  consequence: 'There is no series with status 202 or 400, but one with 2xx.',
  change: () => ({ statusLabel: (status) => `${Math.floor(status / 100)}xx` }),
}
