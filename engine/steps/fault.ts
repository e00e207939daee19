import { Broken } from '../base/failure.ts'
import { outageName, type Outage } from '../base/outage.ts'
import type { StepContext } from './context.ts'
import { defineStep } from './define.ts'
import { Duration, Steps } from './shapes.ts'

const KINDS = ['gateway', 'redis', 'forward', 'api'] as const

export const fault = defineStep({
  verb: 'fault',
  summary: 'Breaks a part of the target for a time, or while steps run.',
  schema: {
    type: 'object',
    additionalProperties: false,
    anyOf: [
      { required: ['gateway'] },
      { required: ['redis'] },
      { required: ['forward'] },
      { required: ['api'] },
    ],
    properties: {
      gateway: { enum: ['restart', 'down'], description: 'Restarts the gateway, or stops it.' },
      redis: {
        enum: ['down', 'pause', 'slow', 'lose'],
        description: 'Stops Redis, freezes it, delays its answers, or empties it.',
      },
      forward: { enum: ['cut'], description: 'Cuts the port-forward.' },
      api: {
        type: 'object',
        additionalProperties: false,
        minProperties: 1,
        description: 'Makes the Kubernetes API answer some requests otherwise.',
        properties: {
          status: { type: 'integer', minimum: 400, maximum: 599, description: 'The status it answers with.' },
          lost: {
            const: true,
            description: 'Does what was asked and resets the connection in place of the reply.',
          },
          times: {
            type: 'integer',
            minimum: 1,
            description: 'Only so many requests; no limit if not given.',
          },
          share: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            description: 'Of how many requests; all if not given.',
          },
          retryAfter: { ...Duration, description: 'What `Retry-After` says.' },
          delay: { ...Duration, description: 'How long each answer is held back.' },
          verbs: {
            type: 'array',
            minItems: 1,
            items: { enum: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'] },
            description: 'Only requests of these kinds.',
          },
          resource: { type: 'string', description: 'Only requests for this resource, such as `namespaces`.' },
        },
      },
      for: { ...Duration, description: 'How long it lasts.' },
      steps: { ...Steps, description: 'It lasts as long as these steps.' },
    },
  },
  asserts: false,
  excludes: [
    ...KINDS.flatMap((one, index) => KINDS.slice(index + 1).map((other) => [one, other] as const)),
    ['for', 'steps'],
  ],
  examples: ['fault: { redis: down, steps: [{ request: { path: /ready, expect: { status: 503 } } }] }'],
  async run(input, context) {
    const outage = outageOf(input, context)
    refuseEndless(outage, input, context)
    const mend = await context.breakTarget(outage)
    const failures: unknown[] = []
    await last(input, context).catch((error: unknown) => failures.push(error))
    await mend().catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw failures[0]
    return { fault: outageName(outage) }
  },
})

interface Wish {
  readonly gateway?: 'restart' | 'down'
  readonly redis?: 'down' | 'pause' | 'slow' | 'lose'
  readonly forward?: 'cut'
  readonly api?: {
    readonly status?: number
    readonly lost?: true
    readonly times?: number
    readonly share?: number
    readonly retryAfter?: string
    readonly delay?: string
    readonly verbs?: readonly string[]
    readonly resource?: string
  }
  readonly for?: string
  readonly steps?: unknown
}

function outageOf({ gateway, redis, forward, api }: Wish, context: StepContext): Outage {
  if (gateway !== undefined) return { gateway }
  if (redis !== undefined) return { redis }
  if (forward !== undefined) return { forward }
  const { retryAfter, delay, ...rest } = api ?? {}
  const effects = [rest.status, rest.lost].filter((effect) => effect !== undefined)
  if (effects.length > 1 || (effects.length === 0 && delay === undefined)) {
    throw new Broken({
      code: 'BAD_VALUE',
      message: 'api: expected a status to answer with, a lost reply or a delay',
      span: context.span('api'),
    })
  }
  return {
    api: {
      ...rest,
      ...(retryAfter === undefined ? {} : { retryAfterMs: context.duration(retryAfter) }),
      ...(delay === undefined ? {} : { delayMs: context.duration(delay) }),
    },
  }
}

/** These are over when they have happened; all others need an end. */
const MOMENTARY: readonly string[] = ['gateway restart', 'redis lose', 'forward cut']

function refuseEndless(outage: Outage, input: Wish, context: StepContext): void {
  if (input.for !== undefined || input.steps !== undefined || MOMENTARY.includes(outageName(outage))) return
  throw new Broken({
    code: 'BAD_VALUE',
    message: `${outageName(outage)}: expected for: or steps:, which say how long it lasts`,
    span: context.span(),
  })
}

async function last(input: Wish, context: StepContext): Promise<void> {
  if (input.steps !== undefined) context.introduce(await context.perform({ key: 'steps' }))
  else if (input.for !== undefined) await context.clock.sleep(context.duration(input.for), context.signal)
}
