import { Duration } from './shapes.ts'
import type { Clock } from '../base/clock.ts'
import { defineStep } from './define.ts'

/** `wait: 5s`, `wait: { for: 5s }`, `wait: { until: next-second }`. */
export const wait = defineStep({
  verb: 'wait',
  summary: 'Waits a fixed time; prefer `expect … within`, which waits for what you mean.',
  schema: {
    type: ['string', 'object'],
    format: 'duration',
    additionalProperties: false,
    properties: {
      for: Duration,
      until: {
        enum: ['next-second'],
        description: 'The start of the next whole second, which separates names that carry seconds.',
      },
    },
    minProperties: 1,
    maxProperties: 1,
  },
  asserts: false,
  examples: ['wait: 500ms', 'wait: { until: next-second }'],
  async run(input, { clock, signal, duration, write }) {
    if (typeof input === 'object' && input.until === 'next-second') {
      await untilNextSecond(clock, signal)
      return undefined
    }
    const ms = duration(typeof input === 'string' ? input : (input.for ?? '0s'))
    write({ type: 'step:waiting', ms })
    await clock.sleep(ms, signal)
    return undefined
  },
})

/** A timer may ring a moment before the wall clock has turned. */
async function untilNextSecond(clock: Clock, signal: AbortSignal): Promise<void> {
  const second = Math.floor(clock.wall() / 1000)
  while (Math.floor(clock.wall() / 1000) === second) await clock.sleep(1000 - (clock.wall() % 1000), signal)
}
