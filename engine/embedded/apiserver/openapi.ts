import type { Document } from './discovery.ts'
import { apiVersionOf, type Resource, type Resources } from './resource.ts'
import { without } from './stored-object.ts'

const ROOT = '/openapi/v3'
const META_NAME = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'

/** Answers `/openapi/v3` and the document of each group and version below it; undefined for any other path. */
export function openApiDocument(resources: Resources, path: string): Document | undefined {
  if (path === ROOT) return { body: { paths: rootPaths(resources) } }
  if (!path.startsWith(`${ROOT}/`)) return undefined
  const [root, ...rest] = path.slice(ROOT.length + 1).split('/')
  const [group = '', version = ''] = root === 'api' ? ['', ...rest] : rest
  const found = resources.ofGroup(group, version)
  return found.length === 0 ? undefined : { body: document(found) }
}

function rootPaths(resources: Resources): unknown {
  const names = ['api/v1', ...resources.groups().map(({ group, version }) => `apis/${group}/${version}`)]
  return Object.fromEntries(names.map((name) => [name, { serverRelativeURL: `${ROOT}/${name}?hash=gwscen` }]))
}

function document(resources: readonly Resource[]): unknown {
  return {
    openapi: '3.0.0',
    info: { title: 'gwscen sandbox', version: 'v1.32.0' },
    paths: Object.assign({}, ...resources.map(pathsOf)) as unknown,
    components: {
      schemas: {
        [META_NAME]: META_SCHEMA,
        ...Object.fromEntries(resources.map((resource) => [schemaName(resource), schemaOf(resource)])),
      },
    },
  }
}

function pathsOf(resource: Resource): object {
  const root = resource.group === '' ? '/api/v1' : `/apis/${apiVersionOf(resource)}`
  const scope = resource.namespaced ? '/namespaces/{namespace}' : ''
  const collection = `${root}${scope}/${resource.plural}`
  const operation = operationOf(resource)
  return {
    [collection]: { get: operation('list'), post: operation('post') },
    [`${collection}/{name}`]: {
      get: operation('get'),
      put: operation('put'),
      patch: operation('patch'),
      delete: operation('delete'),
    },
  }
}

const WRITES = ['post', 'put', 'patch']

function operationOf(resource: Resource): (action: string) => unknown {
  const { group, version, kind } = resource
  const content = { 'application/json': { schema: { $ref: `#/components/schemas/${schemaName(resource)}` } } }
  return (action) => ({
    ...(WRITES.includes(action) ? { parameters: WRITE_PARAMETERS } : {}),
    ...(action === 'patch' ? { requestBody: { content: patchContent(resource) } } : {}),
    responses: { '200': { description: 'OK', content } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group, version, kind },
  })
}

function patchContent({ schema }: Resource): object {
  const types = [
    'application/json-patch+json',
    'application/merge-patch+json',
    'application/apply-patch+yaml',
  ]
  if (schema === undefined) types.push('application/strategic-merge-patch+json')
  return Object.fromEntries(types.map((type) => [type, { schema: { type: 'object' } }]))
}

const WRITE_PARAMETERS = ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => ({
  name,
  in: 'query',
  schema: { type: 'string', uniqueItems: true },
}))

/** `example.org` → `org.example.v1.Widget`. */
function schemaName({ group, version, kind }: Resource): string {
  const prefix = group === '' ? 'io.k8s.api.core' : group.split('.').reverse().join('.')
  return `${prefix}.${version}.${kind}`
}

function schemaOf(resource: Resource): unknown {
  const { group, version, kind, schema } = resource
  const own = schema?.openapi ?? { description: `${kind} of the core group, kept as it comes` }
  return {
    type: 'object',
    ...without(own, 'x-kubernetes-validations'),
    properties: {
      ...own.properties,
      apiVersion: { type: 'string', description: 'version of the schema of this object' },
      kind: { type: 'string', description: 'name of the resource that this object is' },
      metadata: {
        description: 'name, labels and the like',
        allOf: [{ $ref: `#/components/schemas/${META_NAME}` }],
        default: {},
      },
    },
    ...(schema === undefined ? { 'x-kubernetes-preserve-unknown-fields': true } : {}),
    'x-kubernetes-group-version-kind': [{ group, version, kind }],
  }
}

const TEXT = { type: 'string' }
const TEXTS = { type: 'object', additionalProperties: TEXT }

const META_SCHEMA = {
  type: 'object',
  description: 'metadata that every object has',
  properties: {
    name: { ...TEXT, description: 'unique within a namespace' },
    generateName: { ...TEXT, description: 'start of a name that the server completes' },
    namespace: { ...TEXT, description: 'namespace in which the name is unique' },
    labels: { ...TEXTS, description: 'keys and values to select objects by' },
    annotations: { ...TEXTS, description: 'keys and values that are not selected by' },
    finalizers: { type: 'array', items: TEXT, description: 'who must agree before the object is gone' },
    ownerReferences: {
      type: 'array',
      description: 'objects with which this one goes',
      items: {
        type: 'object',
        properties: { apiVersion: TEXT, kind: TEXT, name: TEXT, uid: TEXT },
        required: ['apiVersion', 'kind', 'name', 'uid'],
      },
    },
    uid: { ...TEXT, description: 'unique over time and space' },
    resourceVersion: { ...TEXT, description: 'changes with each write' },
    generation: { type: 'integer', format: 'int64', description: 'counts the states that were asked for' },
    creationTimestamp: { ...TEXT, format: 'date-time', description: 'when the object was created' },
    deletionTimestamp: {
      ...TEXT,
      format: 'date-time',
      description: 'since when the object is on its way out',
    },
  },
}
