import { isObject, textAt, valueAt } from '../../base/json.ts'
import { parseDuration } from '../../base/duration.ts'
import type { KubeObject } from '../../cluster/types.ts'
import type { LedgerEntry, LedgerRules, Reading, SignalRequest } from '../description.ts'
import { fingerprintOf, identify, resourceId, type SignalIdentity } from './identity.ts'
import { keyNames } from './keys.ts'

const ORIGIN_NAMESPACE = 'kubernaut.io/origin-namespace'

function read({ request, status, body }: LedgerEntry): Reading {
  if (status >= 400) return { is: 'refused' }
  if (!isObject(body)) return { is: 'unparsable' }
  if (body['status'] === 'duplicate') {
    const [namespace, name] = (textAt(body, 'metadata', 'RemediationRequestRef') ?? '').split('/')
    return { is: 'duplicate', namespace: namespace ?? '', name: name ?? '' }
  }
  const [name, namespace] = [body['remediationRequestName'], body['remediationRequestNamespace']]
  if (typeof name === 'string' && typeof namespace === 'string') return { is: 'created', namespace, name }
  if (body['status'] !== 'accepted' || identify(request) === undefined) return { is: 'unparsable' }
  return { is: 'pending', ...(typeof body['windowID'] === 'string' ? { window: body['windowID'] } : {}) }
}

/** A pending alert is accounted for by an object that lists its resource, or by one of its own. */
function accounts(object: KubeObject, entry: LedgerEntry): boolean {
  const identity = identify(entry.request)
  if (identity === undefined || valueAt(object, ['spec', 'signalName']) !== identity.name) return false
  if (!isInNamespace(object, identity)) return false
  const affected = valueAt(object, ['spec', 'affectedResources'])
  if (Array.isArray(affected)) return affected.includes(resourceId(identity))
  return valueAt(object, ['spec', 'signalFingerprint']) === fingerprintOf(identity)
}

function isInNamespace({ metadata }: KubeObject, { namespace }: SignalIdentity): boolean {
  return metadata.namespace === namespace || metadata.labels?.[ORIGIN_NAMESPACE] === namespace
}

function keysOf(entry: LedgerEntry, version: string): readonly string[] {
  const identity = identify(entry.request)
  if (identity === undefined || entry.status >= 400) return []
  const { name, namespace } = identity
  const reading = read(entry)
  const always = [
    keyNames.lock(fingerprintOf(identity)),
    keyNames.rate(namespace, name, version),
    keyNames.pattern(namespace, name, version),
  ]
  if (reading.is !== 'pending') return [...always, keyNames.dedup(fingerprintOf(identity))]
  if (reading.window === undefined) return [...always, keyNames.buffer(namespace, name)]
  return [
    ...always,
    keyNames.window(namespace, name, version),
    keyNames.windowResources(reading.window),
    keyNames.windowMetadata(reading.window),
  ]
}

/** Its rate limit goes by the address that a request says it comes from. */
function senderKeys({ headers }: SignalRequest): readonly string[] {
  const named = (wanted: string): string =>
    Object.entries(headers).findLast(([name]) => name.toLowerCase() === wanted)?.[1] ?? ''
  const address = named('x-forwarded-for').split(',')[0]?.trim() || named('x-real-ip').trim()
  return address === '' ? [] : [keyNames.limit(address)]
}

export const ledger: LedgerRules = {
  read,
  accounts,
  keysOf,
  senderKeys,
  kinds: ['RemediationRequest'],
  // A buffer ends two windows after its last alert, a window one; both are re-armed by each alert.
  longestPendingMs: ({ window }) => 2 * (parseDuration(String(window)) ?? 0),
  fallbackNamespace: ({ fallbackNamespace }) => String(fallbackNamespace),
  title: ({ request }) => {
    const identity = identify(request)
    return identity === undefined ? `POST ${request.path}` : `${identity.name} of ${resourceId(identity)}`
  },
}
