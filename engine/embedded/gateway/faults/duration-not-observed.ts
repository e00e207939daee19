import type { Fault } from './fault.ts'

export const durationNotObserved: Fault = {
  name: 'duration-not-observed',
  summary: 'The duration of requests is never observed.',
  consequence: 'gateway_http_request_duration_seconds does not appear.',
  change: (before) => ({
    moves: (metric) => metric !== 'gateway_http_request_duration_seconds' && before.moves(metric),
  }),
}
