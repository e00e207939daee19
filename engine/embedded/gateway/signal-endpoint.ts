import type { Reply } from './behaviour.ts'
import { CreationError } from './creator.ts'
import { Unavailable } from './deduplication.ts'
import { readKubernetesEvent } from './kubernetes-event.ts'
import { parseMediaType } from './media-type.ts'
import { problemReply, type ProblemKind, type ProblemReport } from './problem-body.ts'
import { readPrometheusAlert } from './prometheus-alert.ts'
import { RateLimit } from './rate-limit.ts'
import { clientAddress, type GatewayRequest } from './request.ts'
import { SignalError } from './signal-error.ts'
import type { SignalPipeline } from './signal-pipeline.ts'
import { outcomeReply } from './signal-replies.ts'
import type { RawSignal, Signal } from './signal.ts'
import type { World } from './world.ts'

/** What reads the body of which path. */
export const signalReaders: Readonly<Record<string, (body: Buffer) => RawSignal>> = {
  '/api/v1/signals/prometheus': readPrometheusAlert,
  '/api/v1/signals/kubernetes-event': readKubernetesEvent,
}

/** Answers a posted signal: rate limit, media type, reading, pipeline. */
export class SignalEndpoint {
  readonly #world: World
  readonly #pipeline: SignalPipeline
  readonly #rateLimit: RateLimit

  constructor(world: World, pipeline: SignalPipeline) {
    this.#world = world
    this.#pipeline = pipeline
    this.#rateLimit = new RateLimit(world)
  }

  async answer(request: GatewayRequest, read: (body: Buffer) => RawSignal): Promise<Reply> {
    const refused = (await this.#limited(request)) ?? this.#wrongMediaType(request)
    if (refused !== undefined) return refused
    let signal: Signal
    try {
      signal = this.#complete(read(request.body), request.body)
    } catch (error) {
      if (!(error instanceof SignalError)) throw error
      this.#rejected(error.stage === 'parse' ? 'parse_error' : 'validation_error')
      return this.#problem(request, 'validation-error', error.message)
    }
    return this.#process(request, signal)
  }

  async #process(request: GatewayRequest, signal: Signal): Promise<Reply> {
    const { metrics, journal } = this.#world
    const about = {
      ...logId(request),
      fingerprint: signal.fingerprint,
      signal: signal.name,
      namespace: signal.namespace,
    }
    const refusals = { namespace: signal.namespace }
    try {
      const outcome = await this.#pipeline.process(signal)
      metrics.set('gateway_consecutive_503_responses', 0, refusals)
      if (this.#world.behaviour.carriesRequestIds) journal.info(`signal ${outcome.is}`, about)
      await this.#leak(signal)
      return outcomeReply(signal, outcome)
    } catch (error) {
      journal.error('signal not processed', error, about)
      if (error instanceof Unavailable) {
        metrics.set(
          'gateway_consecutive_503_responses',
          metrics.value('gateway_consecutive_503_responses', refusals) + 1,
          refusals,
        )
        return this.#problem(request, 'service-unavailable', error.message, { 'Retry-After': '30' })
      }
      if (!(error instanceof CreationError)) throw error
      return this.#problem(request, 'internal-error', `Kubernetes API error: ${chain(error)}`)
    }
  }

  #complete(raw: RawSignal, body: Buffer): Signal {
    const { behaviour, clock } = this.#world
    const { firing, ...rest } = raw
    const { kind, name: resource } = raw.resource
    return {
      ...rest,
      fingerprint: behaviour.fingerprint({ name: raw.name, namespace: raw.namespace, kind, resource }),
      severity: behaviour.severity(raw.severity),
      firingMs: firing?.ms,
      receivedMs: clock.wall(),
      payload: body.toString('base64'),
    }
  }

  async #limited(request: GatewayRequest): Promise<Reply | undefined> {
    const address = clientAddress(request)
    const seconds = await this.#rateLimit.refusal(address)
    if (seconds === undefined) return undefined
    this.#world.metrics.add('gateway_rate_limit_exceeded_total', { source_ip: address })
    this.#rejected('rate_limit')
    return this.#problem(request, 'too-many-requests', 'Rate limit exceeded', {
      'Retry-After': String(seconds),
    })
  }

  #wrongMediaType(request: GatewayRequest): Reply | undefined {
    const value = request.headers['content-type'] ?? ''
    if (value.trim() === '') return undefined
    const type = parseMediaType(value)
    if (type === 'application/json') return undefined
    this.#rejected('media_type')
    const early = { instance: request.path, requestId: request.requestId }
    if (type === undefined) {
      return problemReply({
        kind: 'validation-error',
        detail: 'Invalid Content-Type header format',
        ...early,
      })
    }
    const headers = { Accept: 'application/json' }
    return problemReply({
      kind: 'unsupported-media-type',
      detail: 'Content-Type must be application/json',
      headers,
      ...early,
    })
  }

  #rejected(reason: string): void {
    this.#world.metrics.add('gateway_requests_rejected_total', { reason })
  }

  #problem(
    request: GatewayRequest,
    kind: ProblemKind,
    detail: string,
    headers: ProblemReport['headers'] = {},
  ): Reply {
    return problemReply({
      kind,
      detail,
      headers,
      instance: request.path,
      requestId: request.requestId ?? 'unknown',
    })
  }

  async #leak({ fingerprint }: Signal): Promise<void> {
    if (!this.#world.behaviour.leaksKeys) return
    await this.#world.redis.command('SET', `gateway:seen:${fingerprint}:${this.#world.random.word(8)}`, '1')
  }
}

function logId({ requestId }: GatewayRequest): Record<string, string> {
  return requestId === undefined ? {} : { request_id: requestId }
}

/** The creator's error inside the server's, as Go's wrapping shows it. */
function chain(error: CreationError): string {
  return `failed to create RemediationRequest CRD: ${error.message}`
}
