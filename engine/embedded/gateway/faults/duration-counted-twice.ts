import type { Fault } from './fault.ts'

export const durationCountedTwice: Fault = {
  name: 'duration-counted-twice',
  summary: 'The duration of an answered signal is observed twice.',
  consequence: 'One accepted alert raises the count of the histogram by 2.',
  change: (before) => ({ times: (event) => (event === 'signal-answered' ? 2 : before.times(event)) }),
}
