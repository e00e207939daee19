import type { Fault } from './fault.ts'

export const dedupTtlNeverSet: Fault = {
  name: 'dedup-ttl-never-set',
  summary: 'The deduplication hash never expires.',
  consequence: 'The hash has no TTL and stays for ever.',
  change: () => ({ hashTtlMs: () => undefined }),
}
