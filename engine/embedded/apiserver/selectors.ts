import { valueAt } from '../../base/json.ts'
import { keyOf, type Resource } from './resource.ts'
import { badRequest } from './status-error.ts'
import type { StoredObject } from './stored-object.ts'

export type Selection = (object: StoredObject) => boolean

type Labels = Readonly<Record<string, string>>

/** Which objects a request with these selectors is about. Throws a 400 for a selector that cannot be read. */
export function selection(resource: Resource, query: URLSearchParams): Selection {
  const byLabels = labelSelector(query.get('labelSelector') ?? '')
  const byFields = fieldSelector(resource, query.get('fieldSelector') ?? '')
  return (object) => byLabels(object.metadata.labels ?? {}) && byFields(object)
}

const SET = /^([^\s!=<>(),]+)\s+(in|notin)\s*\(([^()]*)\)$/
const EQUALITY = /^([^\s!=<>(),]+)\s*(==|=|!=)\s*([^\s!=<>(),]*)$/
const EXISTENCE = /^(!?)\s*([^\s!=<>(),]+)$/

/** `app=web,tier in (a, b),!old` as a predicate over labels. */
export function labelSelector(text: string): (labels: Labels) => boolean {
  const requirements = requirementsOf(text).map(labelRequirement)
  return (labels) => requirements.every((fits) => fits(labels))
}

function labelRequirement(text: string): (labels: Labels) => boolean {
  const set = SET.exec(text)
  if (set) {
    const [, key = '', operator, list = ''] = set
    const values = list.split(',').map((value) => value.trim())
    const wanted = operator === 'in'
    return (labels) => (Object.hasOwn(labels, key) ? values.includes(labels[key] ?? '') === wanted : !wanted)
  }
  const equality = EQUALITY.exec(text)
  if (equality) {
    const [, key = '', operator, value = ''] = equality
    return operator === '!='
      ? (labels) => labels[key] !== value
      : (labels) => Object.hasOwn(labels, key) && labels[key] === value
  }
  const existence = EXISTENCE.exec(text)
  if (!existence)
    throw badRequest(`unable to parse requirement: ${JSON.stringify(text)} is not a label selector`)
  const [, negation, key = ''] = existence
  return (labels) => Object.hasOwn(labels, key) === (negation === '')
}

/** The parts between commas that are not inside parentheses. */
function requirementsOf(text: string): readonly string[] {
  if (text.trim() === '') return []
  return text.split(/,(?![^(]*\))/).map((part) => part.trim())
}

const EVERYWHERE = ['metadata.name', 'metadata.namespace']
const PER_RESOURCE: Readonly<Record<string, readonly string[]>> = {
  '/namespaces': ['status.phase'],
  '/pods': ['status.phase', 'status.podIP', 'spec.nodeName', 'spec.serviceAccountName', 'spec.restartPolicy'],
  '/secrets': ['type'],
  '/services': ['spec.clusterIP', 'spec.type'],
  '/events': [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
}

function fieldSelector(resource: Resource, text: string): Selection {
  const known = [...EVERYWHERE, ...(PER_RESOURCE[keyOf(resource)] ?? [])]
  const requirements = requirementsOf(text).map((part): Selection => {
    const [, field, operator, value = ''] = /^([^=!]+?)\s*(==|=|!=)\s*(.*)$/.exec(part) ?? []
    if (field === undefined) throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`)
    if (!known.includes(field)) throw badRequest(`field label not supported: ${field}`)
    const path = field.split('.')
    return (object) => ((valueAt(object, path) ?? '') === value) === (operator !== '!=')
  })
  return (object) => requirements.every((fits) => fits(object))
}
