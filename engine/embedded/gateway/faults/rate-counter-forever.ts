import type { Fault } from './fault.ts'

export const rateCounterForever: Fault = {
  name: 'rate-counter-forever',
  summary: 'The rate counter and its expiry are set by two commands.',
  consequence: 'When Redis fails between the two, the counter stays and every later alert is a storm.',
  from: 'Q29',
  change: () => ({ rateExpiryIsSure: false }),
}
