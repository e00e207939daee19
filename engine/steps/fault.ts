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
})
