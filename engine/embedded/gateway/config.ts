import { parseDuration } from '../../base/duration.ts'
import { isObject, valueAt } from '../../base/json.ts'
import { ConfigFields } from './config-fields.ts'

/** The gateway's configuration after defaults and overrides. Durations in milliseconds, 0 = none. */
export interface GatewayConfig {
  readonly server: {
    readonly listenAddr: string
    readonly readTimeoutMs: number
    readonly writeTimeoutMs: number
    readonly idleTimeoutMs: number
  }
  readonly rateLimit: { readonly requestsPerMinute: number; readonly burst: number }
  readonly redis: {
    readonly addr: string
    readonly db: number
    readonly password: string
    readonly dialTimeoutMs: number
    readonly readTimeoutMs: number
    readonly writeTimeoutMs: number
    readonly poolSize: number
    readonly minIdleConns: number
  }
  readonly dedupTtlMs: number
  readonly storm: {
    readonly rateThreshold: number
    readonly patternThreshold: number
    readonly bufferThreshold: number
    readonly inactivityMs: number
    readonly maxWindowMs: number
  }
  readonly environmentCacheMs: number
  readonly policyPath: string
  /** Empty: the gateway's own namespace. */
  readonly fallbackNamespace: string
  readonly retry: {
    readonly maxAttempts: number
    readonly initialBackoffMs: number
    readonly maxBackoffMs: number
  }
}

export interface ConfigOverrides {
  readonly env?: Readonly<Record<string, string | undefined>>
  /** A flag that has its default value counts as not given. */
  readonly flags?: {
    readonly listen?: string | undefined
    readonly redis?: string | undefined
    readonly redisDb?: number | undefined
  }
}

export type ParsedConfig =
  | { readonly ok: true; readonly config: GatewayConfig }
  /** `exitCode` is that of the Go program: 1 for refusals, 2 for its panic on overrides without a Redis section. */
  | { readonly ok: false; readonly problems: readonly string[]; readonly exitCode: 1 | 2 }

export const FLAG_DEFAULTS = { listen: ':8080', redis: 'localhost:6379', redisDb: 0 } as const

const CLIENT_POOL_PER_CPU = 10

/** Reads the parsed configuration file, applies defaults, then environment, then flags; all problems at once. */
export function parseConfig(yaml: unknown, overrides: ConfigOverrides = {}): ParsedConfig {
  const problems: string[] = []
  if (yaml !== null && yaml !== undefined && !isObject(yaml)) {
    return { ok: false, exitCode: 1, problems: ['failed to parse config: expected a map at the top'] }
  }
  const read = new ConfigFields(yaml, problems)
  const hasRedis = isObject(valueAt(yaml, ['infrastructure', 'redis']))
  const redis = overriddenRedis(read, overrides, problems)
  if (!hasRedis && redis.overridden) {
    const problem = 'panic: an override of Redis needs the section infrastructure.redis in the file'
    return { ok: false, exitCode: 2, problems: [problem] }
  }
  const config = assemble(read, redis, overrides)
  problems.push(...refusals(config, read, hasRedis))
  return problems.length === 0 ? { ok: true, config } : { ok: false, exitCode: 1, problems }
}

interface RedisOverrides {
  readonly addr: string
  readonly db: number
  readonly password: string
  readonly overridden: boolean
}

function overriddenRedis(
  read: ConfigFields,
  { env = {}, flags = {} }: ConfigOverrides,
  problems: string[],
): RedisOverrides {
  const { GATEWAY_REDIS_ADDR: addr, GATEWAY_REDIS_PASSWORD: password, GATEWAY_REDIS_DB: db } = env
  const given = { addr: addr ?? '', password: password ?? '', db: db ?? '' }
  if (given.db !== '' && !/^\d+$/.test(given.db))
    problems.push(`GATEWAY_REDIS_DB: expected a number, got ${given.db}`)
  const flagAddr = flags.redis === undefined || flags.redis === FLAG_DEFAULTS.redis ? '' : flags.redis
  const flagDb =
    flags.redisDb === undefined || flags.redisDb === FLAG_DEFAULTS.redisDb ? undefined : flags.redisDb
  const envDb = /^\d+$/.test(given.db) ? Number(given.db) : undefined
  const path = ['infrastructure', 'redis']
  return {
    addr: flagAddr || given.addr || read.text([...path, 'addr']),
    password: given.password || read.text([...path, 'password']),
    db: flagDb ?? envDb ?? read.integer([...path, 'db']),
    overridden: `${given.addr}${given.password}${given.db}${flagAddr}` !== '' || flagDb !== undefined,
  }
}

function assemble(
  read: ConfigFields,
  redis: RedisOverrides,
  { env = {}, flags = {} }: ConfigOverrides,
): GatewayConfig {
  const listenFlag = flags.listen === FLAG_DEFAULTS.listen ? undefined : flags.listen
  const envTtl = parseDuration(env['GATEWAY_DEDUP_TTL'] ?? '')
  const pool = ['infrastructure', 'redis']
  const readTimeoutMs = read.duration([...pool, 'read_timeout']) || 3000
  return {
    server: {
      listenAddr: listenFlag ?? (env['GATEWAY_LISTEN_ADDR'] || read.text(['server', 'listen_addr'])),
      readTimeoutMs: read.duration(['server', 'read_timeout']),
      writeTimeoutMs: read.duration(['server', 'write_timeout']),
      idleTimeoutMs: read.duration(['server', 'idle_timeout']),
    },
    rateLimit: {
      requestsPerMinute:
        wholeNumber(env['GATEWAY_RATE_LIMIT_RPM']) ??
        read.integer(['middleware', 'rate_limit', 'requests_per_minute']),
      burst: read.integer(['middleware', 'rate_limit', 'burst']),
    },
    redis: {
      addr: redis.addr,
      db: redis.db,
      password: redis.password,
      dialTimeoutMs: read.duration([...pool, 'dial_timeout']) || 5000,
      readTimeoutMs,
      writeTimeoutMs: read.duration([...pool, 'write_timeout']) || readTimeoutMs,
      poolSize: read.integer([...pool, 'pool_size']) || CLIENT_POOL_PER_CPU,
      minIdleConns: read.integer([...pool, 'min_idle_conns']),
    },
    dedupTtlMs: (envTtl ?? read.duration(['processing', 'deduplication', 'ttl'])) || 300_000,
    ...processing(read),
  }
}

type Processing = Pick<
  GatewayConfig,
  'storm' | 'environmentCacheMs' | 'policyPath' | 'fallbackNamespace' | 'retry'
>

function processing(read: ConfigFields): Processing {
  const storm = ['processing', 'storm']
  const retry = ['processing', 'retry']
  const maxAttempts = read.integer([...retry, 'max_attempts'])
  return {
    storm: {
      rateThreshold: read.integer([...storm, 'rate_threshold']),
      patternThreshold: read.integer([...storm, 'pattern_threshold']),
      bufferThreshold: read.integer([...storm, 'buffer_threshold']) || 5,
      inactivityMs: read.duration([...storm, 'inactivity_timeout']) || 60_000,
      maxWindowMs: read.duration([...storm, 'max_window_duration']) || 300_000,
    },
    environmentCacheMs: read.duration(['processing', 'environment', 'cache_ttl']) || 30_000,
    policyPath: read.text(['processing', 'priority', 'policy_path']),
    fallbackNamespace: read.text(['processing', 'crd', 'fallback_namespace']),
    retry:
      maxAttempts === 0
        ? { maxAttempts: 3, initialBackoffMs: 100, maxBackoffMs: 5000 }
        : {
            maxAttempts,
            initialBackoffMs: read.duration([...retry, 'initial_backoff']),
            maxBackoffMs: read.duration([...retry, 'max_backoff']),
          },
  }
}

function refusals(config: GatewayConfig, read: ConfigFields, hasRedis: boolean): string[] {
  const { rateLimit, storm, retry } = config
  const checks: readonly (readonly [boolean, string])[] = [
    [config.server.listenAddr === '', 'server.listen_addr is required'],
    [!hasRedis, 'infrastructure.redis is required'],
    [hasRedis && config.redis.addr === '', 'infrastructure.redis.addr is required'],
    [config.policyPath === '', 'processing.priority.policy_path is required'],
    [rateLimit.requestsPerMinute < 0, 'middleware.rate_limit.requests_per_minute must not be negative'],
    [rateLimit.burst < 0, 'middleware.rate_limit.burst must not be negative'],
    [storm.rateThreshold < 0, 'processing.storm.rate_threshold must not be negative'],
    [storm.patternThreshold < 0, 'processing.storm.pattern_threshold must not be negative'],
    [retry.maxAttempts < 1, 'processing.retry.max_attempts must be at least 1'],
    [retry.initialBackoffMs < 0, 'processing.retry.initial_backoff must not be negative'],
    [
      retry.maxBackoffMs < retry.initialBackoffMs,
      'processing.retry.max_backoff must not be below initial_backoff',
    ],
  ]
  read.checkIgnored()
  return checks.filter(([refused]) => refused).map(([, sentence]) => sentence)
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined
}
