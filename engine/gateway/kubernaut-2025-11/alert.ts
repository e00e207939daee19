import type { JsonObject } from '../../base/json.ts'
import type { SignalDescription } from '../description.ts'
import { readWebhook } from './read-webhook.ts'
import { RESOURCE_LABELS } from './resource-labels.ts'
import { SIGNAL_PATHS } from './signal-paths.ts'
import { rfc3339 } from '../rfc3339.ts'

const text = (description: string) => ({ type: 'string', description })
const texts = (description: string) => ({
  type: 'object',
  additionalProperties: { type: 'string' },
  description,
})

/** An Alertmanager webhook with one alert. */
export const alert: SignalDescription = {
  summary: 'A Prometheus alert, sent as an Alertmanager webhook.',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['name'],
    properties: {
      name: text('The alert name; `unique()` keeps scenarios apart.'),
      severity: text('`critical`, `warning` or `info`; anything else is taken for `warning`.'),
      namespace: text('Where the resource lives, usually `"${ns.app}"`.'),
      pod: text('Name of the pod.'),
      deployment: text('Name of the deployment.'),
      statefulset: text('Name of the stateful set.'),
      daemonset: text('Name of the daemon set.'),
      node: text('Name of the node.'),
      service: text('Name of the service.'),
      labels: texts('Further labels.'),
      annotations: texts('Annotations.'),
      startsAt: text('When it began, RFC 3339.'),
      status: { enum: ['firing', 'resolved'], description: '`firing` unless it is given.' },
    },
  },
  examples: ['alert: { name: "${vars.alert}", severity: critical, namespace: "${ns.app}", pod: api-1 }'],
  nameKey: 'name',
  presets: ['minimal', 'timestamped', 'full'],
  build: (input, { preset = 'minimal', wall }) => ({
    path: SIGNAL_PATHS.alert,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(webhook(input, preset, rfc3339(wall))),
  }),
  read: readWebhook,
}

function webhook(input: JsonObject, preset: string, now: string): JsonObject {
  const labels = labelsOf(input)
  const annotations = (input['annotations'] ?? {}) as JsonObject
  const status = input['status'] ?? 'firing'
  const startsAt = input['startsAt'] ?? (preset === 'minimal' ? undefined : now)
  const one: JsonObject = { status, labels, annotations, ...(startsAt === undefined ? {} : { startsAt }) }
  if (preset !== 'full') return { alerts: [one] }
  return {
    version: '4',
    receiver: 'kubernaut',
    status,
    alerts: [{ ...one, endsAt: '0001-01-01T00:00:00Z' }],
    groupLabels: { alertname: labels['alertname'] ?? '' },
    commonLabels: labels,
    commonAnnotations: annotations,
  }
}

function labelsOf(input: JsonObject): JsonObject {
  const given = ['severity', 'namespace', ...RESOURCE_LABELS].filter((label) => input[label] !== undefined)
  return {
    alertname: input['name'] ?? '',
    ...Object.fromEntries(given.map((label) => [label, input[label] ?? ''])),
    ...((input['labels'] ?? {}) as JsonObject),
  }
}
