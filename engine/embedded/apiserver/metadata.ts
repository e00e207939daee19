import { isObject } from '../../base/json.ts'
import type { Random } from '../../base/random.ts'
import type { Resource } from './resource.ts'
import { badRequest, type Cause } from './status-error.ts'

const TEXT = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'deletionTimestamp',
]
const WHOLE = ['generation', 'deletionGracePeriodSeconds']
const MAPS = ['labels', 'annotations']
const LISTS = ['finalizers', 'ownerReferences', 'managedFields']
/** Known, but of no use to this server. */
const DROPPED = ['selfLink']

/** The metadata a client sent, without unknown fields, whose paths are added to `unknown`. Throws a 400 on a wrong type. */
export function readMetadata(value: unknown, unknown: string[]): Readonly<Record<string, unknown>> {
  if (value === undefined) return {}
  if (!isObject(value)) throw badRequest('metadata: expected a map')
  const kept: Record<string, unknown> = {}
  for (const [key, field] of Object.entries(value)) {
    if (field === null || DROPPED.includes(key)) continue
    const fits = fitterOf(key)
    if (fits === undefined) unknown.push(`metadata.${key}`)
    else if (!fits(field))
      throw badRequest(`metadata.${key}: ${JSON.stringify(field)} is not of the right type`)
    else kept[key] = field
  }
  return kept
}

function fitterOf(key: string): ((field: unknown) => boolean) | undefined {
  if (TEXT.includes(key)) return (field) => typeof field === 'string'
  if (WHOLE.includes(key)) return Number.isInteger
  if (MAPS.includes(key)) {
    return (field) => isObject(field) && Object.values(field).every((entry) => typeof entry === 'string')
  }
  return LISTS.includes(key) ? Array.isArray : undefined
}

const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/
const SUBDOMAIN = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/

/** What stands against a name: namespaces and services are single DNS labels, all others DNS subdomains. */
export function nameCauses(resource: Resource, name: string): readonly Cause[] {
  const label = resource.group === '' && ['namespaces', 'services'].includes(resource.plural)
  const limit = label ? 63 : 253
  if (name.length > limit) return [invalidName(name, `must be no more than ${limit} characters`)]
  if ((label ? LABEL : SUBDOMAIN).test(name)) return []
  return [invalidName(name, label ? LABEL_RULE : SUBDOMAIN_RULE)]
}

const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character"
const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"

function invalidName(name: string, rule: string): Cause {
  return {
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${JSON.stringify(name)}: ${rule}`,
    field: 'metadata.name',
  }
}

const LABEL_NAME = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)$/
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/

/** What stands against a set of labels. */
export function labelCauses(labels: Readonly<Record<string, string>> | undefined): readonly Cause[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => {
    const wrong = isQualifiedName(key) ? undefined : `${JSON.stringify(key)}: not a qualified name`
    const bad = LABEL_VALUE.test(value)
      ? undefined
      : `${JSON.stringify(value)}: a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and be no more than 63 characters`
    return [wrong, bad]
      .filter((text) => text !== undefined)
      .map((text) => ({
        reason: 'FieldValueInvalid',
        message: `Invalid value: ${text}`,
        field: 'metadata.labels',
      }))
  })
}

function isQualifiedName(key: string): boolean {
  const [first = '', second, ...rest] = key.split('/')
  if (rest.length > 0) return false
  if (second === undefined) return LABEL_NAME.test(first)
  return first.length <= 253 && SUBDOMAIN.test(first) && LABEL_NAME.test(second)
}

/** A uid in the form of a random UUID. */
export function makeUid(random: Random): string {
  const digits = Array.from({ length: 32 }, (_, index) => {
    if (index === 12) return '4'
    return (index === 16 ? 8 + random.below(4) : random.below(16)).toString(16)
  }).join('')
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20),
  ].join('-')
}
