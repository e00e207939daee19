import { join } from 'node:path'
import type { Stage } from './stage.ts'

export const REQUESTS = {
  group: 'remediation.kubernaut.io',
  version: 'v1alpha1',
  plural: 'remediationrequests',
} as const

/** The configuration under load: the twenty-first alert of one name and namespace within a minute makes a storm. */
export function loadConfig({ folder, redisAddress }: Pick<Stage, 'folder' | 'redisAddress'>): string {
  return `
server: { listen_addr: '127.0.0.1:0', read_timeout: 30s, write_timeout: 30s, idle_timeout: 120s }
middleware: { rate_limit: { requests_per_minute: 0 } }
infrastructure: { redis: { addr: ${redisAddress} } }
processing:
  deduplication: { ttl: 5s }
  storm:
    rate_threshold: 20
    pattern_threshold: 1000
    buffer_threshold: 2
    inactivity_timeout: 1s
    max_window_duration: 5s
  priority: { policy_path: ${join(folder, 'policy.rego')} }
`
}
