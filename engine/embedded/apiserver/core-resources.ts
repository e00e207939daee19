import { valueAt } from '../../base/json.ts'
import { AGE, age, type Column } from './columns.ts'
import type { Resource } from './resource.ts'
import type { StoredObject } from './stored-object.ts'

interface CoreKind {
  readonly kind: string
  readonly plural: string
  readonly namespaced?: false
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
  readonly hasStatus?: true
  readonly columns: readonly Column[]
}

const STATUS = column('Status', (object) => text(object, 'status', 'phase'))

const POD_COLUMNS = [
  column('Ready', (pod) => {
    const containers = listAt(pod, 'status', 'containerStatuses')
    const ready = containers.filter((status) => valueAt(status, ['ready']) === true)
    return `${ready.length}/${Math.max(containers.length, listAt(pod, 'spec', 'containers').length)}`
  }),
  column('Status', (pod) =>
    pod.metadata.deletionTimestamp === undefined ? text(pod, 'status', 'phase') : 'Terminating',
  ),
  column('Restarts', (pod) => {
    const counts = listAt(pod, 'status', 'containerStatuses').map((status) =>
      Number(valueAt(status, ['restartCount']) ?? 0),
    )
    return String(counts.reduce((sum, count) => sum + count, 0))
  }),
  AGE,
]

const SERVICE_COLUMNS = [
  column('Type', (service) => text(service, 'spec', 'type')),
  column('Cluster-IP', (service) => text(service, 'spec', 'clusterIP')),
  column('Port(s)', (service) => listAt(service, 'spec', 'ports').map(portText).join(',')),
  AGE,
]

const EVENT_COLUMNS = [
  column('Last Seen', (event, wallMs) =>
    age(valueAt(event, ['lastTimestamp']) ?? event.metadata.creationTimestamp, wallMs),
  ),
  column('Type', (event) => text(event, 'type')),
  column('Reason', (event) => text(event, 'reason')),
  column('Object', (event) => {
    const kind = text(event, 'involvedObject', 'kind').toLowerCase()
    return `${kind}/${text(event, 'involvedObject', 'name')}`
  }),
  column('Message', (event) => text(event, 'message')),
]

const CORE_KINDS: readonly CoreKind[] = [
  {
    kind: 'Namespace',
    plural: 'namespaces',
    namespaced: false,
    shortNames: ['ns'],
    hasStatus: true,
    columns: [STATUS, AGE],
  },
  {
    kind: 'Pod',
    plural: 'pods',
    shortNames: ['po'],
    categories: ['all'],
    hasStatus: true,
    columns: POD_COLUMNS,
  },
  {
    kind: 'ConfigMap',
    plural: 'configmaps',
    shortNames: ['cm'],
    columns: [column('Data', (map) => String(sizeAt(map, 'data') + sizeAt(map, 'binaryData'))), AGE],
  },
  {
    kind: 'Secret',
    plural: 'secrets',
    columns: [
      column('Type', (secret) => text(secret, 'type')),
      column('Data', (secret) => String(sizeAt(secret, 'data'))),
      AGE,
    ],
  },
  {
    kind: 'Service',
    plural: 'services',
    shortNames: ['svc'],
    categories: ['all'],
    hasStatus: true,
    columns: SERVICE_COLUMNS,
  },
  { kind: 'Event', plural: 'events', shortNames: ['ev'], columns: EVENT_COLUMNS },
  { kind: 'ServiceAccount', plural: 'serviceaccounts', shortNames: ['sa'], columns: [AGE] },
]

/** The kinds of the core group that the server keeps, without looking into them. */
export const CORE_RESOURCES: readonly Resource[] = CORE_KINDS.map((core) => ({
  group: '',
  version: 'v1',
  plural: core.plural,
  kind: core.kind,
  namespaced: core.namespaced ?? true,
  singular: core.kind.toLowerCase(),
  shortNames: core.shortNames ?? [],
  categories: core.categories ?? [],
  listKind: `${core.kind}List`,
  hasStatus: core.hasStatus ?? false,
  readOnly: false,
  columns: core.columns,
}))

/** The definitions the server was started with: to be read, not written. */
export const DEFINITIONS: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
  singular: 'customresourcedefinition',
  shortNames: ['crd', 'crds'],
  categories: [],
  listKind: 'CustomResourceDefinitionList',
  hasStatus: false,
  readOnly: true,
  columns: [{ ...AGE, name: 'Created At', cell: ({ metadata }) => metadata.creationTimestamp }],
}

function coreResource(plural: string): Resource {
  const found = CORE_RESOURCES.find((resource) => resource.plural === plural)
  if (found === undefined) throw new Error(`no core resource ${plural}`)
  return found
}

export const NAMESPACES = coreResource('namespaces')
export const PODS = coreResource('pods')

function column(name: string, cell: Column['cell']): Column {
  return { name, type: 'string', description: '', priority: 0, cell }
}

function text(object: StoredObject, ...path: readonly string[]): string {
  const value = valueAt(object, path)
  return typeof value === 'string' ? value : ''
}

function listAt(object: StoredObject, ...path: readonly string[]): readonly unknown[] {
  const value = valueAt(object, path)
  return Array.isArray(value) ? (value as readonly unknown[]) : []
}

function portText(port: unknown): string {
  const protocol = valueAt(port, ['protocol'])
  return `${String(valueAt(port, ['port']))}/${typeof protocol === 'string' ? protocol : 'TCP'}`
}

function sizeAt(object: StoredObject, key: string): number {
  const value = object[key]
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0
}
