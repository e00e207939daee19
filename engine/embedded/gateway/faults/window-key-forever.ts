import type { Fault } from './fault.ts'

export const windowKeyForever: Fault = {
  name: 'window-key-forever',
  summary: 'The key of a window never expires and outlives it.',
  consequence: 'After the window its key is still in Redis, without a TTL.',
  change: () => ({ windowTtlMs: () => 0 }),
}
