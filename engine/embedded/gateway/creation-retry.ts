import { KubeError, type RemediationRequest } from './ports.ts'
import type { World } from './world.ts'

const NEVER_AGAIN: readonly number[] = [400, 403, 404, 409, 422]
const WORTH_ANOTHER: Readonly<Record<number, string>> = {
  429: 'rate_limited',
  503: 'service_unavailable',
  504: 'gateway_timeout',
}
const NETWORK = ['connection refused', 'connection reset', 'broken pipe'] as const

/** Creates with the configured retries; `again` is told that an earlier attempt may have taken effect. */
export async function createWithRetries(
  world: World,
  create: (again: boolean) => Promise<RemediationRequest>,
): Promise<RemediationRequest> {
  const { maxAttempts, initialBackoffMs, maxBackoffMs } = world.config.retry
  const start = world.clock.now()
  let backoffMs = initialBackoffMs
  for (let attempt = 1; ; attempt += 1) {
    try {
      const object = await create(attempt > 1)
      if (attempt > 1) countSuccess(world, attempt, start)
      return object
    } catch (error) {
      const type = retryable(error)
      if (type === undefined) throw error
      const labels = { error_type: type, status_code: String(statusOf(error)) }
      world.metrics.add('gateway_retry_attempts_total', labels)
      if (attempt >= maxAttempts) {
        world.metrics.add('gateway_retry_exhausted_total', labels)
        world.metrics.observe('gateway_retry_duration_seconds', secondsSince(world, start), {
          error_type: type,
        })
        throw exhausted(error, maxAttempts)
      }
    }
    await world.clock.sleep(backoffMs)
    backoffMs = Math.min(backoffMs * 2, maxBackoffMs)
  }
}

/** The kind of a failure worth another attempt. */
function retryable(error: unknown): string | undefined {
  const status = statusOf(error)
  if (NEVER_AGAIN.includes(status)) return undefined
  const known = WORTH_ANOTHER[status]
  if (known !== undefined) return known
  const text = error instanceof Error ? error.message.toLowerCase() : ''
  if (text.includes('timeout') || text.includes('deadline exceeded')) return 'timeout'
  return NETWORK.some((sign) => text.includes(sign)) ? 'network_error' : undefined
}

function statusOf(error: unknown): number {
  return error instanceof KubeError ? error.status : 0
}

function exhausted(error: unknown, attempts: number): KubeError {
  const status = statusOf(error)
  const code = status === 0 ? '' : `, HTTP ${status}`
  const reason = error instanceof Error ? error.message : String(error)
  return new KubeError(status, `retry exhausted after ${attempts}/${attempts} attempts${code}: ${reason}`)
}

function countSuccess(world: World, attempt: number, start: number): void {
  world.metrics.add('gateway_retry_success_total', { error_type: 'success', attempt: String(attempt) })
  world.metrics.observe('gateway_retry_duration_seconds', secondsSince(world, start), {
    error_type: 'success',
  })
}

function secondsSince({ clock }: World, start: number): number {
  return (clock.now() - start) / 1000
}
