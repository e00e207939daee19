import { goStringify, goStringifyMap } from './go-json.ts'
import { rfc3339 } from './go-time.ts'
import type { RemediationRequest } from './ports.ts'
import type { Signal } from './signal.ts'

/** What makes a signal's object a storm object. */
export interface StormFacts {
  readonly type: 'rate' | 'pattern'
  /** As Go prints it: `1m`, `2m`. */
  readonly window: string
  readonly alertCount: number
  readonly affectedResources: readonly string[]
}

export interface Draft {
  readonly signal: Signal
  readonly environment: string
  readonly priority: string
  readonly storm?: StormFacts | undefined
  readonly nowMs: number
}

export const FINGERPRINT_LABEL = 'kubernaut.io/signal-fingerprint'
export const ORIGIN_LABEL = 'kubernaut.io/origin-namespace'
export const STORM_LABEL = 'kubernaut.io/storm'

const LABEL_BYTES = 63
const ANNOTATION_BYTES = 262_000

/** The object for a signal, in the signal's own namespace. */
export function draftRequest(draft: Draft): RemediationRequest {
  const { signal, environment, priority, storm, nowMs } = draft
  return {
    apiVersion: 'remediation.kubernaut.io/v1alpha1',
    kind: 'RemediationRequest',
    metadata: {
      name: requestName(signal.fingerprint, nowMs),
      namespace: signal.namespace,
      labels: {
        'app.kubernetes.io/managed-by': 'gateway-service',
        'app.kubernetes.io/component': 'remediation',
        'kubernaut.io/signal-type': signal.type,
        [FINGERPRINT_LABEL]: fingerprintLabel(signal.fingerprint),
        'kubernaut.io/severity': signal.severity,
        'kubernaut.io/environment': environment,
        'kubernaut.io/priority': priority,
        ...(storm === undefined ? {} : { [STORM_LABEL]: 'true' }),
      },
      annotations: { 'kubernaut.io/created-at': rfc3339(nowMs) },
    },
    spec: specOf(draft),
    status: {},
  }
}

function requestName(fingerprint: string, nowMs: number): string {
  return `rr-${fingerprint.slice(0, 12)}-${Math.floor(nowMs / 1000)}`
}

export function fingerprintLabel(fingerprint: string): string {
  return fingerprint.slice(0, LABEL_BYTES)
}

/** The same object in the fallback namespace, marked with where it belongs. */
export function movedTo(object: RemediationRequest, namespace: string): RemediationRequest {
  const { metadata } = object
  const labels = {
    ...metadata.labels,
    [ORIGIN_LABEL]: metadata.namespace ?? '',
    'kubernaut.io/cluster-scoped': 'true',
  }
  return { ...object, metadata: { ...metadata, namespace, labels } }
}

export function renamed(object: RemediationRequest, name: string): RemediationRequest {
  return { ...object, metadata: { ...object.metadata, name } }
}

function specOf({ signal, environment, priority, storm }: Draft): Record<string, unknown> {
  const received = rfc3339(signal.receivedMs)
  return {
    signalFingerprint: signal.fingerprint,
    signalName: signal.name,
    severity: signal.severity,
    environment,
    priority,
    signalType: signal.type,
    signalSource: signal.source,
    targetType: 'kubernetes',
    firingTime: rfc3339(signal.firingMs ?? signal.receivedMs),
    receivedTime: received,
    deduplication: { isDuplicate: false, firstSeen: received, lastSeen: received, occurrenceCount: 1 },
    providerData: Buffer.from(providerData(signal)).toString('base64'),
    ...unlessEmpty('signalLabels', cut(signal.labels, LABEL_BYTES)),
    ...unlessEmpty('signalAnnotations', cut(signal.annotations, ANNOTATION_BYTES)),
    ...(signal.payload === '' ? {} : { originalPayload: signal.payload }),
    ...stormFields(storm),
  }
}

function stormFields(storm: StormFacts | undefined): Record<string, unknown> {
  if (storm === undefined) return {}
  const { type, window, alertCount, affectedResources } = storm
  return {
    isStorm: true,
    stormType: type,
    stormWindow: window,
    ...(alertCount === 0 ? {} : { stormAlertCount: alertCount }),
    ...(affectedResources.length === 0 ? {} : { affectedResources }),
  }
}

/** The bytes Go would write: they are compared by their base64. */
function providerData({ labels, namespace, resource }: Signal): string {
  const { kind, name } = resource
  const target = [
    `"kind":${goStringify(kind)}`,
    `"name":${goStringify(name)}`,
    ...(resource.namespace === '' ? [] : [`"namespace":${goStringify(resource.namespace)}`]),
  ]
  return `{"labels":${goStringifyMap(labels)},"namespace":${goStringify(namespace)},"resource":{${target.join(',')}}}`
}

function unlessEmpty(key: string, map: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.keys(map).length === 0 ? {} : { [key]: map }
}

/** A cut through a character leaves U+FFFD. */
function cut(map: Readonly<Record<string, string>>, bytes: number): Record<string, string> {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => {
      const whole = Buffer.from(value)
      return [key, whole.length <= bytes ? value : whole.subarray(0, bytes).toString('utf8')]
    }),
  )
}
