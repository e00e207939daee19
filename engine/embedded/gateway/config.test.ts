import { describe, expect, test } from 'vitest'
import { parseConfig, type ConfigOverrides, type GatewayConfig } from './config.ts'

const smallest = {
  server: { listen_addr: ':8080' },
  infrastructure: { redis: { addr: 'redis:6379' } },
  processing: { priority: { policy_path: '/policy.rego' } },
}

function accepted(yaml: unknown, overrides: ConfigOverrides = {}): GatewayConfig {
  const parsed = parseConfig(yaml, overrides)
  if (!parsed.ok) throw new Error(parsed.problems.join('; '))
  return parsed.config
}

function refused(yaml: unknown, overrides: ConfigOverrides = {}): readonly string[] {
  const parsed = parseConfig(yaml, overrides)
  if (parsed.ok) throw new Error('accepted')
  return parsed.problems
}

test('what is left out has its default, and thresholds mean always', () => {
  expect(accepted(smallest)).toMatchObject({
    server: { readTimeoutMs: 0, writeTimeoutMs: 0, idleTimeoutMs: 0 },
    rateLimit: { requestsPerMinute: 0, burst: 0 },
    redis: { db: 0, password: '', dialTimeoutMs: 5000, readTimeoutMs: 3000, writeTimeoutMs: 3000 },
    dedupTtlMs: 300_000,
    storm: {
      rateThreshold: 0,
      patternThreshold: 0,
      bufferThreshold: 5,
      inactivityMs: 60_000,
      maxWindowMs: 300_000,
    },
    environmentCacheMs: 30_000,
    fallbackNamespace: '',
    retry: { maxAttempts: 3, initialBackoffMs: 100, maxBackoffMs: 5000 },
  })
})

test('the environment wins over the file, a flag over both, a flag at its default over nothing', () => {
  const env = {
    GATEWAY_LISTEN_ADDR: ':1',
    GATEWAY_REDIS_ADDR: 'env:1',
    GATEWAY_REDIS_DB: '3',
    GATEWAY_REDIS_PASSWORD: 'secret',
    GATEWAY_DEDUP_TTL: '9s',
    GATEWAY_RATE_LIMIT_RPM: '7',
  }
  expect(accepted(smallest, { env })).toMatchObject({
    server: { listenAddr: ':1' },
    redis: { addr: 'env:1', db: 3, password: 'secret' },
    dedupTtlMs: 9000,
    rateLimit: { requestsPerMinute: 7 },
  })
  const flags = { listen: ':2', redis: 'flag:2', redisDb: 4 }
  expect(accepted(smallest, { env, flags })).toMatchObject({
    server: { listenAddr: ':2' },
    redis: { addr: 'flag:2', db: 4 },
  })
  const defaults = { listen: ':8080', redis: 'localhost:6379', redisDb: 0 }
  expect(accepted(smallest, { env, flags: defaults }).redis.addr).toBe('env:1')
})

describe('what is refused', () => {
  test('an empty file, with all that is missing', () => {
    expect(refused(null)).toEqual([
      'server.listen_addr is required',
      'infrastructure.redis is required',
      'processing.priority.policy_path is required',
    ])
  })

  test.each([5, '5', 3_000_000_000, 'soon'])('the duration %j', (ttl) => {
    const yaml = { ...smallest, processing: { ...smallest.processing, deduplication: { ttl } } }
    expect(refused(yaml)).toEqual([
      `processing.deduplication.ttl: expected a duration such as 5s, got ${JSON.stringify(ttl)}`,
    ])
  })

  test('negative numbers, but not a negative buffer threshold', () => {
    const storm = { rate_threshold: -1, pattern_threshold: -1, buffer_threshold: -1 }
    const rate_limit = { requests_per_minute: -1, burst: -1 }
    const yaml = { ...smallest, middleware: { rate_limit }, processing: { ...smallest.processing, storm } }
    expect(refused(yaml)).toHaveLength(4)
  })

  test('retries that cannot be', () => {
    const retry = { max_attempts: 2, initial_backoff: '2s', max_backoff: '1s' }
    const yaml = { ...smallest, processing: { ...smallest.processing, retry } }
    expect(refused(yaml)).toEqual(['processing.retry.max_backoff must not be below initial_backoff'])
  })

  test('an override of Redis without its section, as a panic', () => {
    const yaml = { ...smallest, infrastructure: {} }
    expect(parseConfig(yaml, { flags: { redis: 'other:1' } })).toMatchObject({ ok: false, exitCode: 2 })
    expect(parseConfig(yaml, { env: { GATEWAY_REDIS_DB: '1' } })).toMatchObject({ ok: false, exitCode: 2 })
    expect(parseConfig(yaml)).toMatchObject({ ok: false, exitCode: 1 })
  })
})
