import { decodeJson, JsonTypeError, type StructShape } from './go-json.ts'
import { JsonSyntaxError } from './go-json-syntax.ts'
import type { GoTime } from './go-time.ts'
import { SignalError } from './signal-error.ts'
import type { RawSignal, Resource } from './signal.ts'

export const LARGEST_ALERT_BYTES = 100 * 1024

const STRING = { is: 'string' } as const
const STRINGS = { is: 'strings' } as const
const TIME = { is: 'time' } as const

const ALERT: StructShape = {
  is: 'struct',
  type: 'adapters.AlertManagerAlert',
  fields: {
    status: STRING,
    labels: STRINGS,
    annotations: STRINGS,
    startsAt: TIME,
    endsAt: TIME,
    generatorURL: STRING,
    fingerprint: STRING,
  },
}

const WEBHOOK: StructShape = {
  is: 'struct',
  type: 'adapters.AlertManagerWebhook',
  fields: {
    version: STRING,
    groupKey: STRING,
    truncatedAlerts: { is: 'int' },
    status: STRING,
    receiver: STRING,
    groupLabels: STRINGS,
    commonLabels: STRINGS,
    commonAnnotations: STRINGS,
    externalURL: STRING,
    alerts: { is: 'list', type: '[]adapters.AlertManagerAlert', of: ALERT },
  },
}

/** Which label names the resource: the first that is present wins, even when empty. */
const RESOURCE_LABELS = [
  ['pod', 'Pod'],
  ['deployment', 'Deployment'],
  ['statefulset', 'StatefulSet'],
  ['daemonset', 'DaemonSet'],
  ['node', 'Node'],
  ['service', 'Service'],
] as const

const SEVERITIES: readonly string[] = ['critical', 'warning', 'info']

type Strings = Readonly<Record<string, string>>

interface Alert {
  readonly labels?: Strings
  readonly annotations?: Strings
  readonly startsAt?: GoTime
}

interface Webhook {
  readonly alerts?: readonly Alert[]
  readonly commonLabels?: Strings
  readonly commonAnnotations?: Strings
}

/** Reads the first alert of an AlertManager webhook body. Throws `SignalError`. */
export function readPrometheusAlert(body: Buffer): RawSignal {
  if (body.length > LARGEST_ALERT_BYTES) {
    throw new SignalError(
      'parse',
      `payload too large: ${body.length} bytes (max ${LARGEST_ALERT_BYTES} bytes)`,
    )
  }
  const webhook = decode(body)
  const alert = webhook.alerts?.[0]
  if (alert === undefined) throw new SignalError('parse', 'no alerts in webhook payload')
  return toSignal(alert, webhook)
}

/** Only the alert's own labels identify it; common ones are merged over them for show. */
function toSignal(alert: Alert, webhook: Webhook): RawSignal {
  const own = alert.labels ?? {}
  const name = own['alertname'] ?? ''
  if (name === '') throw new SignalError('validation', 'alertName is required')
  const namespace = own['namespace'] ?? own['exported_namespace'] ?? 'default'
  const severity = own['severity'] ?? ''
  return {
    name,
    namespace,
    resource: resourceOf(own, namespace),
    severity: SEVERITIES.includes(severity) ? severity : 'warning',
    labels: { ...own, ...webhook.commonLabels },
    annotations: { ...alert.annotations, ...webhook.commonAnnotations },
    type: 'prometheus-alert',
    source: 'prometheus',
    firing: alert.startsAt,
  }
}

function resourceOf(labels: Strings, namespace: string): Resource {
  for (const [label, kind] of RESOURCE_LABELS) {
    const name = Object.hasOwn(labels, label) ? labels[label] : undefined
    if (name !== undefined) return { kind, name, namespace }
  }
  return { kind: 'Unknown', name: 'unknown', namespace }
}

function decode(body: Buffer): Webhook {
  try {
    return decodeJson(body, WEBHOOK)
  } catch (error) {
    if (!(error instanceof JsonSyntaxError) && !(error instanceof JsonTypeError)) throw error
    throw new SignalError('parse', `malformed JSON payload: ${error.message}`)
  }
}
