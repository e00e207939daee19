import type { Fault } from './fault.ts'

export const retryCreatesSecond: Fault = {
  name: 'retry-creates-second',
  summary: 'A creation that seemed to fail is repeated under a new name.',
  consequence: 'When the API server creates and answers 503, one alert has two objects.',
  change: () => ({ recognisesOwnRetry: false }),
}
