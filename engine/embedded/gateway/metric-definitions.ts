import type { MetricDefinition } from './metrics-registry.ts'

function powersOfTwo(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, power) => Number((first * 2 ** power).toPrecision(12)))
}

const counter = (help: string, ...labels: string[]): MetricDefinition => define('counter', help, labels)
const gauge = (help: string, ...labels: string[]): MetricDefinition => define('gauge', help, labels)

function define(type: 'counter' | 'gauge', help: string, labels: string[]): MetricDefinition {
  return labels.length === 0 ? { type, help } : { type, help, labels }
}

/** Metrics that the program of 24 November 2025 registers and never changes. */
export const frozenDefinitions = {
  gateway_deduplication_rate: gauge('Share of signals that were duplicates.'),
  gateway_deduplication_pool_size: gauge('Redis connections that deduplication has open.'),
  gateway_deduplication_pool_max_size: gauge('Redis connections that deduplication may open.'),
  gateway_http_requests_in_flight: gauge('Requests being answered.'),
  gateway_redis_pool_hits: gauge('Commands that found a free connection, as last seen.'),
  gateway_redis_pool_misses: gauge('Commands that found none, as last seen.'),
  gateway_redis_pool_timeouts: gauge('Commands that waited too long, as last seen.'),
  gateway_redis_pool_total_connections: gauge('Connections in the pool.'),
  gateway_redis_pool_idle_connections: gauge('Connections in the pool that no command uses.'),
  gateway_redis_pool_stale_connections: gauge('Connections that were dropped as broken.'),
  gateway_redis_pool_connections_total: gauge('Connections to Redis.'),
  gateway_redis_pool_connections_idle: gauge('Connections to Redis that no command uses.'),
  gateway_redis_pool_connections_active: gauge('Connections to Redis that a command uses.'),
  gateway_redis_pool_hits_total: counter('Commands that found a free connection.'),
  gateway_redis_pool_misses_total: counter('Commands that found none.'),
  gateway_redis_pool_timeouts_total: counter('Commands that waited too long.'),
  gateway_duplicate_crds_prevented_total: counter('Objects that deduplication made unnecessary.'),
  gateway_duplicate_prevention_active: gauge('1 while duplicates can be recognised.'),
  gateway_storm_protection_active: gauge('1 while a storm window is open.'),
  gateway_http_requests_total: counter('Requests answered.', 'method', 'path', 'status'),
  gateway_rate_limit_exceeded_total: counter('Requests refused by the rate limit.', 'source_ip'),
  gateway_signals_received_by_adapter_total: counter('Signals taken, by adapter.', 'adapter'),
  gateway_signals_failed_total: counter('Signals that could not be processed.', 'reason'),
  gateway_redis_operation_errors_total: counter('Redis commands that failed.', 'operation'),
  gateway_requests_rejected_total: counter('Requests refused.', 'reason'),
  gateway_duplicate_signals_total: counter('Duplicates, by namespace.', 'namespace'),
  gateway_consecutive_503_responses: gauge('Answers with 503 in a row.', 'namespace'),
  gateway_signals_processed_total: counter('Signals processed to the end.', 'environment'),
  gateway_crds_created_by_type_total: counter('Objects created, by kind of creation.', 'type'),
} as const satisfies Readonly<Record<string, MetricDefinition>>

/** The metrics that scenarios look at. */
const liveDefinitions = {
  gateway_signals_received_total: counter(
    'Signals that passed validation.',
    'source',
    'severity',
    'environment',
  ),
  gateway_signals_deduplicated_total: counter('Duplicates.', 'signal_name', 'environment'),
  gateway_signal_storms_detected_total: counter(
    'Signals that belong to a storm.',
    'storm_type',
    'signal_name',
  ),
  gateway_crds_created_total: counter('RemediationRequests created.', 'environment', 'priority'),
  gateway_crd_creation_errors_total: counter('RemediationRequests that could not be created.', 'error_type'),
  gateway_retry_attempts_total: counter('Failures worth another attempt.', 'error_type', 'status_code'),
  gateway_retry_exhausted_total: counter('Creations given up.', 'error_type', 'status_code'),
  gateway_retry_success_total: counter(
    'Creations that a later attempt brought about.',
    'error_type',
    'attempt',
  ),
  gateway_retry_duration_seconds: {
    type: 'histogram',
    help: 'Time from the first attempt to the last.',
    labels: ['error_type'],
    buckets: powersOfTwo(0.1, 8),
  },
  gateway_http_request_duration_seconds: {
    type: 'histogram',
    help: 'Time to answer a request.',
    labels: ['endpoint', 'method', 'status'],
    buckets: powersOfTwo(0.001, 10),
  },
  gateway_redis_operation_duration_seconds: {
    type: 'histogram',
    help: 'Time of an operation that uses Redis.',
    labels: ['operation'],
    buckets: powersOfTwo(0.0001, 10),
  },
  gateway_deduplication_cache_hits_total: counter('Deduplication checks that found an object.'),
  gateway_deduplication_cache_misses_total: counter('Deduplication checks that found none.'),
  gateway_redis_available: gauge('1 while Redis answers.'),
  gateway_redis_outage_count_total: counter('Outages of Redis.'),
  gateway_redis_outage_duration_seconds_total: counter('Length of the outages of Redis that have ended.'),
  gateway_namespace_buffer_utilization: gauge('Buffered alerts as a share of what is allowed.', 'namespace'),
  gateway_namespace_buffer_blocking_total: counter('Alerts that found the buffers full.', 'namespace'),
  gateway_storm_buffer_overflow_total: counter('Alerts that overflowed the buffers.', 'namespace'),
  gateway_storm_buffer_expired_total: counter('Buffered alerts that got an object of their own.'),
  gateway_storm_window_duration_seconds: {
    type: 'histogram',
    help: 'Life of a storm window.',
    labels: ['namespace', 'alert_name'],
    buckets: [10, 30, 60, 120, 180, 300],
  },
  gateway_storm_aggregation_ratio: gauge('Alerts per object in the last storm window.'),
  gateway_storm_cost_savings_percent: gauge('Objects saved by the last storm window.'),
} as const satisfies Readonly<Record<string, MetricDefinition>>

/** What a Go program shows of itself, as far as it can be told of this one. */
const runtimeDefinitions = {
  go_goroutines: gauge('Activities of the gateway, in place of goroutines.'),
  go_info: gauge('The runtime.', 'version'),
  go_threads: gauge('Threads of the gateway.'),
  process_open_fds: gauge('Open connections.'),
  process_start_time_seconds: gauge('Start of the gateway since the Unix epoch.'),
} as const satisfies Readonly<Record<string, MetricDefinition>>

export const metricDefinitions = { ...liveDefinitions, ...frozenDefinitions, ...runtimeDefinitions }

export type MetricName = keyof typeof metricDefinitions
