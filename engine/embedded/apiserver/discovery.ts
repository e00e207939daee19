import { apiVersionOf, verbsOf, type Resource, type Resources } from './resource.ts'

/** A body with the content type it goes out under. */
export interface Document {
  readonly body: unknown
  readonly contentType?: string
}

export const VERSION = {
  major: '1',
  minor: '32',
  gitVersion: 'v1.32.0+gwscen',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2025-11-24T00:00:00Z',
  goVersion: 'none',
  compiler: 'none',
  platform: 'linux/amd64',
}

/** Answers `/api`, `/apis` and what is below them down to a version; undefined for any other path. */
export function discoveryDocument(
  resources: Resources,
  path: string,
  aggregated: 'v2' | 'v2beta1' | undefined,
): Document | undefined {
  const [root, ...rest] = path.split('/').filter((part) => part !== '')
  if (root === 'api') {
    if (rest.length === 0)
      return aggregated === undefined ? { body: CORE_VERSIONS } : aggregate(resources, '', aggregated)
    return rest.length === 1 ? resourceList(resources, '', rest[0] ?? '') : undefined
  }
  if (root !== 'apis') return undefined
  if (rest.length === 0) {
    return aggregated === undefined
      ? { body: groupList(resources) }
      : aggregate(resources, 'named', aggregated)
  }
  const [group = '', version, ...more] = rest
  if (more.length > 0) return undefined
  if (version !== undefined) return resourceList(resources, group, version)
  const found = resources.groups().find((one) => one.group === group)
  return found === undefined ? undefined : { body: { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(found) } }
}

const CORE_VERSIONS = {
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [],
}

interface GroupVersion {
  readonly group: string
  readonly version: string
}

function groupList(resources: Resources): unknown {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: resources.groups().map(groupOf) }
}

function groupOf({ group, version }: GroupVersion): object {
  const preferred = { groupVersion: `${group}/${version}`, version }
  return { name: group, versions: [preferred], preferredVersion: preferred }
}

function resourceList(resources: Resources, group: string, version: string): Document | undefined {
  const found = resources.ofGroup(group, version)
  if (found.length === 0) return undefined
  return {
    body: {
      kind: 'APIResourceList',
      apiVersion: 'v1',
      groupVersion: apiVersionOf({ group, version }),
      resources: found.flatMap((resource) => [
        {
          name: resource.plural,
          singularName: resource.singular,
          namespaced: resource.namespaced,
          kind: resource.kind,
          verbs: verbsOf(resource),
          ...otherNames(resource),
        },
        ...subresources(resource).map(({ name, verbs }) => ({
          name: `${resource.plural}/${name}`,
          singularName: '',
          namespaced: resource.namespaced,
          kind: resource.kind,
          verbs,
        })),
      ]),
    },
  }
}

function otherNames({ shortNames, categories }: Resource): object {
  return {
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
  }
}

function subresources(
  resource: Resource,
): readonly { readonly name: string; readonly verbs: readonly string[] }[] {
  const status = resource.hasStatus ? [{ name: 'status', verbs: ['get', 'patch', 'update'] }] : []
  if (resource.group !== '' || resource.plural !== 'pods') return status
  return [...status, { name: 'log', verbs: ['get'] }, { name: 'portforward', verbs: ['create', 'get'] }]
}

/** Aggregated discovery: every group with its resources in one document. */
function aggregate(resources: Resources, which: '' | 'named', version: 'v2' | 'v2beta1'): Document {
  const groups = which === '' ? [{ group: '', version: 'v1' }] : resources.groups()
  return {
    contentType: `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
    body: {
      kind: 'APIGroupDiscoveryList',
      apiVersion: `apidiscovery.k8s.io/${version}`,
      metadata: {},
      items: groups.map((one) => ({
        metadata: one.group === '' ? {} : { name: one.group },
        versions: [
          {
            version: one.version,
            freshness: 'Current',
            resources: resources.ofGroup(one.group, one.version).map(discovered),
          },
        ],
      })),
    },
  }
}

function discovered(resource: Resource): unknown {
  const { group, version, kind } = resource
  return {
    resource: resource.plural,
    responseKind: { group, version, kind },
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: verbsOf(resource),
    ...otherNames(resource),
    subresources: subresources(resource).map(({ name, verbs }) => ({
      subresource: name,
      responseKind: { group, version, kind },
      verbs,
    })),
  }
}
