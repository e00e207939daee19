import type { Fault } from './fault.ts'
import { without } from './exposition.ts'

export const inFlightMissing: Fault = {
  name: 'in-flight-missing',
  summary: 'The gauge of requests in flight is not exposed.',
  consequence: 'gateway_http_requests_in_flight has no sample.',
  change: () => ({
    reply: (reply, path) => (path === '/metrics' ? without(reply, 'gateway_http_requests_in_flight') : reply),
  }),
}
