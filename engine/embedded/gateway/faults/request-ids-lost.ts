import type { Fault } from './fault.ts'

export const requestIdsLost: Fault = {
  name: 'request-ids-lost',
  summary: 'Request ids are neither taken nor echoed, and requests leave no log lines.',
  consequence: 'Problem bodies say request_id unknown and no line of the log can be matched to a request.',
  from: 'G7 Q2',
  change: () => ({ carriesRequestIds: false }),
}
