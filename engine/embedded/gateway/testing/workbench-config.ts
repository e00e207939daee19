import { parseConfig, type GatewayConfig } from '../config.ts'
import type { WorkbenchOptions } from './workbench.ts'

/** Thresholds that never, and always, mean storm. */
export const calm = { rate_threshold: 100, pattern_threshold: 100 } as const
export const stormy = { rate_threshold: 0, pattern_threshold: 0, buffer_threshold: 2 } as const

/** The configuration of a gateway on the workbench: as in the end-to-end tests, but calm. */
export function configOf({
  storm = calm,
  server = {},
  rateLimit = {},
  dedupTtl = '5s',
}: WorkbenchOptions): GatewayConfig {
  const parsed = parseConfig({
    server: { listen_addr: ':8080', ...server },
    middleware: { rate_limit: rateLimit },
    infrastructure: { redis: { addr: 'redis:6379' } },
    processing: {
      deduplication: { ttl: dedupTtl },
      storm: { inactivity_timeout: '5s', max_window_duration: '30s', buffer_threshold: 2, ...storm },
      environment: { cache_ttl: '5s' },
      priority: { policy_path: '/etc/gateway-policy/priority-policy.rego' },
    },
  })
  if (!parsed.ok) throw new Error(parsed.problems.join('; '))
  return parsed.config
}
