import { rfc3339Nano } from './go-time.ts'
import type { Signal } from './signal.ts'
import type { Storm } from './storm-detector.ts'

const ZERO_TIME = '0001-01-01T00:00:00Z'

/** The fields of a window's metadata hash. */
export function windowMetadata(signal: Signal, storm: Storm, nowMs: number): Record<string, string> {
  const { resource } = signal
  const now = rfc3339Nano(nowMs)
  return {
    alertname: signal.name,
    severity: signal.severity,
    namespace: signal.namespace,
    fingerprint: signal.fingerprint,
    source_type: signal.type,
    source: signal.source,
    storm_type: storm.type,
    storm_window: storm.window,
    firing_time: signal.firingMs === undefined ? ZERO_TIME : rfc3339Nano(signal.firingMs),
    received_time: rfc3339Nano(signal.receivedMs),
    absolute_start_time: now,
    last_activity: now,
    ...(resource.namespace === ''
      ? {}
      : {
          resource_namespace: resource.namespace,
          resource_kind: resource.kind,
          resource_name: resource.name,
        }),
  }
}

/** The signal that a metadata hash describes: without labels, annotations and payload, which it does not keep. */
export function signalFromMetadata(hash: Readonly<Record<string, string>>): Signal {
  const text = (field: string): string => hash[field] ?? ''
  const firing = text('firing_time')
  return {
    fingerprint: text('fingerprint'),
    name: text('alertname'),
    severity: text('severity'),
    namespace: text('namespace'),
    resource: {
      kind: text('resource_kind'),
      name: text('resource_name'),
      namespace: text('resource_namespace'),
    },
    labels: {},
    annotations: {},
    type: text('source_type') === 'kubernetes-event' ? 'kubernetes-event' : 'prometheus-alert',
    source: text('source') === 'kubernetes-events' ? 'kubernetes-events' : 'prometheus',
    firingMs: firing === ZERO_TIME ? undefined : Date.parse(firing),
    receivedMs: Date.parse(text('received_time')),
    payload: '',
  }
}
