import { createHash } from 'node:crypto'
import { isObject, textAt, valueAt } from '../../base/json.ts'
import type { SignalRequest } from '../description.ts'
import { RESOURCE_LABELS } from './resource-labels.ts'
import { SIGNAL_PATHS } from './signal-paths.ts'

/** What a signal is about, as the gateway derives it. */
export interface SignalIdentity {
  readonly name: string
  readonly namespace: string
  readonly kind: string
  readonly resource: string
}

const KINDS: Readonly<Record<(typeof RESOURCE_LABELS)[number], string>> = {
  pod: 'Pod',
  deployment: 'Deployment',
  statefulset: 'StatefulSet',
  daemonset: 'DaemonSet',
  node: 'Node',
  service: 'Service',
}

/** Of requests that were read before: whoever looks for what came of a signal asks for each object that is there. */
const identities = new WeakMap<SignalRequest, { readonly found: SignalIdentity | undefined }>()

/** Reads a request body that was sent; undefined when it is none the gateway could read. */
export function identify(request: SignalRequest): SignalIdentity | undefined {
  const known = identities.get(request)
  if (known !== undefined) return known.found
  const found = readIdentity(request)
  identities.set(request, { found })
  return found
}

function readIdentity(request: SignalRequest): SignalIdentity | undefined {
  try {
    const body: unknown = JSON.parse(request.body)
    return request.path === SIGNAL_PATHS.event ? ofEvent(body) : ofAlert(body)
  } catch {
    return undefined
  }
}

function ofAlert(body: unknown): SignalIdentity | undefined {
  const labels = valueAt(body, ['alerts', 0, 'labels'])
  const name = textAt(labels, 'alertname')
  if (!isObject(labels) || name === undefined || name === '') return undefined
  const label = RESOURCE_LABELS.find((known) => known in labels)
  return {
    name,
    namespace: textAt(labels, 'namespace') ?? textAt(labels, 'exported_namespace') ?? 'default',
    kind: label === undefined ? 'Unknown' : KINDS[label],
    resource: label === undefined ? 'unknown' : (textAt(labels, label) ?? ''),
  }
}

function ofEvent(body: unknown): SignalIdentity | undefined {
  const name = textAt(body, 'reason')
  const about = valueAt(body, ['involvedObject'])
  if (name === undefined || !isObject(about)) return undefined
  return {
    name,
    namespace: textAt(about, 'namespace') ?? '',
    kind: textAt(about, 'kind') ?? '',
    resource: textAt(about, 'name') ?? '',
  }
}

/** How the gateway writes a resource in `affectedResources`. */
export function resourceId({ namespace, kind, resource }: SignalIdentity): string {
  return namespace === '' ? `${kind}:${resource}` : `${namespace}:${kind}:${resource}`
}

/** Lower-case hex SHA-256 of name, namespace, kind and resource, joined by colons. */
export function fingerprint(name: string, namespace: string, kind: string, resource: string): string {
  return createHash('sha256').update([name, namespace, kind, resource].join(':')).digest('hex')
}

export function fingerprintOf({ name, namespace, kind, resource }: SignalIdentity): string {
  return fingerprint(name, namespace, kind, resource)
}
