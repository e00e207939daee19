import type { JsonObject } from '../base/json.ts'
import { formatYaml } from '../document/plain.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import type { Project } from './project.ts'
import type { World } from './world.ts'

export interface RbacOptions {
  /** Where the ServiceAccount is. */
  readonly namespace: string
  /** Gateways per profile for scenarios that want one of their own. */
  readonly exclusive: number
  /** Default: all that the project knows. */
  readonly profiles?: readonly string[]
}

const NAME = 'gwscen-runner'

/** Prints what a runner may do at least, for `kubectl apply`. Gives the exit code. */
export function rbac(options: RbacOptions, project: Project, world: World): number {
  const documents = rbacManifests(options, project)
  world.stdout.write(documents.map((document) => formatYaml(document)).join('---\n'))
  return 0
}

/** A ServiceAccount, what it may do everywhere, and what it may do where gateways run. */
export function rbacManifests(
  { namespace, exclusive, profiles }: RbacOptions,
  { configurations, configFile, description }: Pick<Project, 'configurations' | 'configFile' | 'description'>,
): readonly JsonObject[] {
  const { profiles: mapped = {}, allowedKinds } = configFile.config
  const names = profiles ?? [...new Set([...Object.keys(configurations), ...Object.keys(mapped)])]
  const shared = names.map((profile) => mapped[profile]?.namespace ?? `gwscen-${profile}`)
  const alone = names.flatMap(
    (profile) =>
      mapped[profile]?.exclusive ??
      Array.from({ length: exclusive }, (_, index) => `gwscen-${profile}-x${index + 1}`),
  )
  const account = { kind: 'ServiceAccount', name: NAME, namespace }
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: meta(namespace) },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { ...meta(NAME), namespace } },
    role('ClusterRole', meta(NAME), everywhere(description, allowedKinds)),
    binding('ClusterRole', meta(NAME), account),
    ...[...shared, ...alone].flatMap((place) => {
      const metadata = { ...meta(NAME), namespace: place }
      const rules = [...whereGatewaysRun, ...(alone.includes(place) ? whereTheyAreBroken : [])]
      return [role('Role', metadata, rules), binding('Role', metadata, account)]
    }),
  ]
}

interface Rule extends JsonObject {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

const WRITES = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete']

/** Namespaces of scenarios are made as they are needed, so what happens in them cannot be granted by namespace. */
function everywhere({ kinds }: GatewayDescription, allowedKinds: readonly string[]): readonly Rule[] {
  const own = Object.values(kinds).map(({ type: { group, plural } }): Rule => ({
    apiGroups: [group],
    resources: [plural, `${plural}/status`],
    verbs: WRITES,
  }))
  return [
    { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'create', 'delete'] },
    { apiGroups: [''], resources: ['configmaps', ...coreResources(allowedKinds)], verbs: WRITES },
    { apiGroups: [''], resources: ['events'], verbs: ['get', 'list'] },
    ...own,
  ]
}

/** Forwards are asked for with GET, which API servers take for `get` or for `create`, by their version. */
const whereGatewaysRun: readonly Rule[] = [
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  { apiGroups: [''], resources: ['pods/portforward'], verbs: ['get', 'create'] },
]

/** The gateways of `fault` and of scenarios that want one alone. */
const whereTheyAreBroken: readonly Rule[] = [
  { apiGroups: [''], resources: ['pods'], verbs: ['delete'] },
  { apiGroups: [''], resources: ['services'], verbs: ['get', 'list', 'patch'] },
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'patch'] },
]

const CORE: Readonly<Record<string, string>> = {
  Secret: 'secrets',
  Service: 'services',
  ServiceAccount: 'serviceaccounts',
  Pod: 'pods',
  Endpoints: 'endpoints',
  PersistentVolumeClaim: 'persistentvolumeclaims',
}

/** Of `allow.kinds`; kinds of other groups need a rule by hand, since a configuration does not say their group. */
function coreResources(kinds: readonly string[]): readonly string[] {
  return kinds.flatMap((kind) => CORE[kind] ?? [])
}

function meta(name: string) {
  return { name, labels: { 'app.kubernetes.io/managed-by': 'gwscen' } }
}

function role(kind: 'Role' | 'ClusterRole', metadata: JsonObject, rules: readonly Rule[]): JsonObject {
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata, rules }
}

function binding(kind: 'Role' | 'ClusterRole', metadata: JsonObject, account: JsonObject): JsonObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: `${kind}Binding`,
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: NAME },
    subjects: [account],
  }
}
