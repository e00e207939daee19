import { decodeJson, JsonTypeError, type StructShape } from './go-json.ts'
import { JsonSyntaxError } from './go-json-syntax.ts'
import type { GoTime } from './go-time.ts'
import { SignalError } from './signal-error.ts'
import type { RawSignal } from './signal.ts'

const STRING = { is: 'string' } as const
const TIME = { is: 'time' } as const

const EVENT: StructShape = {
  is: 'struct',
  type: 'adapters.KubernetesEvent',
  fields: {
    type: STRING,
    reason: STRING,
    message: STRING,
    involvedObject: {
      is: 'struct',
      type: 'adapters.ObjectReference',
      fields: {
        kind: STRING,
        namespace: STRING,
        name: STRING,
        uid: STRING,
        apiVersion: STRING,
        resourceVersion: STRING,
      },
    },
    firstTimestamp: TIME,
    lastTimestamp: TIME,
    count: { is: 'int' },
    source: { is: 'struct', type: 'adapters.EventSource', fields: { component: STRING, host: STRING } },
  },
}

const CRITICAL_REASONS: readonly string[] = [
  'OOMKilled',
  'NodeNotReady',
  'FailedScheduling',
  'Evicted',
  'FailedMount',
  'NetworkNotReady',
]

interface Event {
  readonly type?: string
  readonly reason?: string
  readonly message?: string
  readonly involvedObject?: { readonly kind?: string; readonly namespace?: string; readonly name?: string }
  readonly firstTimestamp?: GoTime
  readonly lastTimestamp?: GoTime
  readonly count?: number
  readonly source?: { readonly component?: string; readonly host?: string }
}

/** Reads the body of a Kubernetes event. Throws `SignalError`. */
export function readKubernetesEvent(body: Buffer): RawSignal {
  const event = decode(body)
  const { kind = '', name = '', namespace = '' } = event.involvedObject ?? {}
  const { reason = '', type = '' } = event
  if (reason === '') throw new SignalError('parse', 'missing reason field')
  if (kind === '') throw new SignalError('parse', 'missing involvedObject.kind field')
  if (name === '') throw new SignalError('parse', 'missing involvedObject.name field')
  if (type === 'Normal') throw new SignalError('parse', 'normal events not processed (informational only)')
  if (type !== 'Warning' && type !== 'Error') {
    throw new SignalError('parse', `unsupported event type: ${type} (expected Warning or Error)`)
  }
  return {
    name: reason,
    namespace,
    resource: { kind, name, namespace },
    severity: type === 'Error' || CRITICAL_REASONS.includes(reason) ? 'critical' : 'warning',
    labels: labelsOf(event, type, kind),
    annotations: annotationsOf(event),
    type: 'kubernetes-event',
    source: 'kubernetes-events',
    firing: event.firstTimestamp,
  }
}

function labelsOf({ source }: Event, type: string, kind: string): Record<string, string> {
  return present({
    'kubernaut.io/event-source': source?.component,
    'kubernaut.io/event-type': type.toLowerCase(),
    'kubernaut.io/resource-kind': kind.toLowerCase(),
  })
}

function annotationsOf(event: Event): Record<string, string> {
  const { count = 0 } = event
  return present({
    'kubernaut.io/event-message': event.message,
    'kubernaut.io/event-count': count > 0 ? String(count) : undefined,
    'kubernaut.io/source-host': event.source?.host,
    'kubernaut.io/first-timestamp': event.firstTimestamp?.text,
    'kubernaut.io/last-timestamp': event.lastTimestamp?.text,
  })
}

function present(map: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const result: Record<string, string> = {}
  for (const [key, value] of Object.entries(map)) {
    if (value !== undefined && value !== '') result[key] = value
  }
  return result
}

function decode(body: Buffer): Event {
  try {
    return decodeJson(body, EVENT)
  } catch (error) {
    if (!(error instanceof JsonSyntaxError) && !(error instanceof JsonTypeError)) throw error
    throw new SignalError('parse', `invalid JSON: ${error.message}`)
  }
}
