import { join } from 'node:path'
import { describeError } from '../../base/failure.ts'
import { isObject, valueAt, type Json } from '../../base/json.ts'
import { ApiError } from '../../cluster/api-error.ts'
import type { RestKubeClient } from '../../cluster/client.ts'
import type { KubeObject, ResourceType } from '../../cluster/types.ts'
import type { GatewayDescription, KindDescription } from '../../gateway/description.ts'
import { bad, ok, type Check } from './check.ts'
import type { GatewayPlace } from './gateway-checks.ts'

const CRDS: ResourceType = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
}

const REVIEWS: ResourceType = {
  group: 'authorization.k8s.io',
  version: 'v1',
  plural: 'selfsubjectaccessreviews',
  kind: 'SelfSubjectAccessReview',
  namespaced: false,
}

/** By somebody who may; what it prints is the least that a run needs. */
const RBAC = 'gwscen cluster rbac | kubectl apply -f -'

export interface ClusterLook {
  readonly client: RestKubeClient
  readonly description: GatewayDescription
  /** As they are shipped. */
  readonly crds: readonly Json[]
  /** Folder of the package. */
  readonly root: string
}

/** Whether kinds are installed, and as this gwscen knows them. */
export async function crdChecks(look: ClusterLook): Promise<readonly Check[]> {
  const kinds = Object.values(look.description.kinds)
  return Promise.all(kinds.map((kind) => crdCheck(kind, look)))
}

async function crdCheck({ type, manifest }: KindDescription, look: ClusterLook): Promise<Check> {
  const name = `CRD ${type.kind}`
  const mend = `kubectl apply -f ${join(look.root, 'kind', 'manifests', manifest)}`
  try {
    const there = await look.client.get(CRDS, { name: `${type.plural}.${type.group}` })
    const served = fieldsOf(there, type)
    if (served === undefined) return bad(name, `${type.version} is not served`, mend)
    const shipped = fieldsOf(
      look.crds.find((one) => valueAt(one, ['spec', 'names', 'kind']) === type.kind),
      type,
    )
    const missing = [...(shipped ?? [])].filter((field) => !served.has(field))
    if (missing.length > 0)
      return bad(name, `${type.version} is older than this gwscen: no ${listed(missing)}`, mend)
    const more = [...served].filter((field) => shipped?.has(field) === false)
    const newer = more.length === 0 ? '' : `; it has ${listed(more)} besides, of which checks know nothing`
    return ok(name, `${type.version} is served with every field that this gwscen ships${newer}`)
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return bad(name, 'not installed', mend)
    if (error instanceof ApiError && error.status === 403) return servedCheck(name, type, { look, mend })
    return bad(name, `could not be looked at: ${describeError(error)}`, mend)
  }
}

/** Who may not read definitions is told by the server which kinds there are; a run needs no more. */
async function servedCheck(
  name: string,
  { group, version, kind }: ResourceType,
  { look, mend }: { readonly look: ClusterLook; readonly mend: string },
): Promise<Check> {
  const found = await look.client.resourceType(`${group}/${version}`, kind)
  return found === undefined
    ? bad(name, 'not installed', mend)
    : ok(name, `${version} is served; its fields cannot be looked at with these rights`)
}

/** Dotted paths of all fields of the version that is meant; undefined where it is not served. */
function fieldsOf(crd: unknown, { version }: ResourceType): ReadonlySet<string> | undefined {
  const versions = valueAt(crd, ['spec', 'versions'])
  const found: unknown = Array.isArray(versions)
    ? versions.find((one) => valueAt(one, ['name']) === version && valueAt(one, ['served']) === true)
    : undefined
  if (found === undefined) return undefined
  return new Set(fieldsBelow(valueAt(found, ['schema', 'openAPIV3Schema']), ''))
}

function fieldsBelow(schema: unknown, path: string): readonly string[] {
  const properties = valueAt(schema, ['properties'])
  const items = valueAt(schema, ['items'])
  const inItems = items === undefined ? [] : fieldsBelow(items, `${path}[]`)
  if (!isObject(properties)) return inItems
  return Object.entries(properties).flatMap(([name, below]) => {
    const field = path === '' ? name : `${path}.${name}`
    return [field, ...fieldsBelow(below, field)]
  })
}

interface Right {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly subresource?: string
  /** Everywhere unless given. */
  readonly namespace?: string
}

const all = (group: string, resource: string, ...verbs: readonly string[]): readonly Right[] =>
  verbs.map((verb) => ({ verb, group, resource }))

/** Where gateways run. */
const AT_GATEWAYS: readonly Right[] = [
  ...all('', 'pods', 'get', 'list', 'watch'),
  { verb: 'get', group: '', resource: 'pods', subresource: 'portforward' },
  { verb: 'get', group: '', resource: 'pods', subresource: 'log' },
]

/** Of gateways that a scenario may break, and that are put back after it. */
const AT_EXCLUSIVE: readonly Right[] = [
  ...all('', 'pods', 'delete'),
  ...all('', 'services', 'get', 'patch'),
  ...all('apps', 'deployments', 'get', 'list', 'patch'),
]

/** What a run does on a cluster. */
function rightsFor({ kinds }: GatewayDescription, places: readonly GatewayPlace[]): readonly Right[] {
  return [
    ...all('', 'namespaces', 'create', 'get', 'list', 'delete'),
    ...all('', 'configmaps', 'get', 'create', 'delete'),
    ...places.flatMap(({ namespace, exclusive }) =>
      [...AT_GATEWAYS, ...(exclusive ? AT_EXCLUSIVE : [])].map((right) => ({ ...right, namespace })),
    ),
    ...(places.length === 0 ? AT_GATEWAYS : []),
    ...Object.values(kinds).flatMap(({ type: { group, plural } }) => [
      ...all(group, plural, 'get', 'list', 'watch', 'create', 'patch', 'delete'),
      { verb: 'patch', group, resource: plural, subresource: 'status' },
    ]),
  ]
}

/** Asks the server for each right of a run whether we have it. */
export async function rightsCheck(
  { client, description }: ClusterLook,
  places: readonly GatewayPlace[],
): Promise<Check> {
  const rights = rightsFor(description, places)
  try {
    const answers = await Promise.all(rights.map((right) => isAllowed(right, client)))
    const missing = rights.filter((_, index) => answers[index] === false).map(shownRight)
    return missing.length === 0
      ? ok('rights', `all ${rights.length} that a run needs`)
      : bad('rights', `missing: ${missing.join(', ')}`, RBAC)
  } catch (error) {
    return bad('rights', `could not be asked for: ${describeError(error)}`, 'kubectl auth can-i --list')
  }
}

async function isAllowed(
  { verb, group, resource, subresource, namespace }: Right,
  client: RestKubeClient,
): Promise<boolean> {
  const attributes = {
    ...{ verb, group, resource },
    ...(subresource === undefined ? {} : { subresource }),
    ...(namespace === undefined ? {} : { namespace }),
  }
  const review: KubeObject = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    metadata: { name: '' },
    spec: { resourceAttributes: attributes },
  }
  return valueAt(await client.create(REVIEWS, review), ['status', 'allowed']) === true
}

function shownRight({ verb, group, resource, subresource, namespace }: Right): string {
  const name = subresource === undefined ? resource : `${resource}/${subresource}`
  return `${verb} ${name}${group === '' ? '' : `.${group}`}${namespace === undefined ? '' : ` in ${namespace}`}`
}

function listed(fields: readonly string[]): string {
  const shown = fields.slice(0, 3).join(', ')
  return fields.length > 3 ? `${shown} and ${fields.length - 3} more` : shown
}
