import { verbsOf, type Resource, type Resources, type Verb } from './resource.ts'
import { methodNotAllowed, noSuchPath } from './status-error.ts'

/** What a request to a resource is about. */
export interface ApiRequest {
  readonly verb: Verb
  readonly resource: Resource
  readonly namespace: string | undefined
  readonly name: string | undefined
  /** `status`, `log`, `portforward`. */
  readonly subresource: string | undefined
  readonly query: URLSearchParams
  /** Who asks, as it says itself. */
  readonly userAgent?: string | undefined
}

interface Place {
  readonly resource: Resource
  readonly namespace: string | undefined
  readonly name: string | undefined
  readonly subresource: string | undefined
}

/** Reads the path and the method; undefined when the path is not one of a resource. Throws a 404 or 405. */
export function readRequest(resources: Resources, method: string, url: URL): ApiRequest | undefined {
  const place = placeOf(resources, url.pathname.split('/').slice(1).map(decode))
  if (place === undefined) return undefined
  checkSubresource(place)
  const verb = verbOf(method, place, url.searchParams)
  if (verb === undefined || !allowed(place).includes(verb)) throw methodNotAllowed()
  return { ...place, verb, query: url.searchParams }
}

function placeOf(resources: Resources, parts: readonly string[]): Place | undefined {
  const [root, ...rest] = parts
  if (root === 'api') return within(resources, '', rest)
  if (root === 'apis') return within(resources, rest[0] ?? '', rest.slice(1))
  return undefined
}

function within(resources: Resources, group: string, rest: readonly string[]): Place | undefined {
  const [version = '', ...path] = rest
  if (path[0] === undefined || path[0] === '') return undefined
  const find = (plural: string): Resource => {
    const resource = resources.find({ group, version, plural })
    if (resource === undefined) throw noSuchPath()
    return resource
  }
  const namespaced = path[0] === 'namespaces' && path[2] !== undefined && !OF_NAMESPACES.includes(path[2])
  const [plural = '', name, subresource, ...more] = namespaced ? path.slice(2) : path
  const resource = find(plural)
  if (more.length > 0 || (namespaced && !resource.namespaced)) throw noSuchPath()
  if (!namespaced && resource.namespaced && name !== undefined) throw noSuchPath()
  return { resource, namespace: namespaced ? path[1] : undefined, name, subresource }
}

const OF_NAMESPACES = ['status', 'finalize']

function checkSubresource({ resource, subresource }: Place): void {
  if (subresource === undefined) return
  if (subresource === 'status' && resource.hasStatus) return
  if (['log', 'portforward'].includes(subresource) && resource.group === '' && resource.plural === 'pods')
    return
  throw noSuchPath()
}

/** What may be done at a place: a subresource takes less than the object itself. */
function allowed({ resource, subresource }: Place): readonly Verb[] {
  switch (subresource) {
    case undefined:
      return verbsOf(resource)
    case 'status':
      return ['get', 'update', 'patch']
    default:
      return ['get']
  }
}

function verbOf(
  method: string,
  { name, resource, namespace }: Place,
  query: URLSearchParams,
): Verb | undefined {
  const watches = ['1', 'true'].includes(query.get('watch') ?? '')
  switch (method) {
    case 'GET':
      if (name === undefined) return watches ? 'watch' : 'list'
      return 'get'
    case 'POST':
      return name === undefined && (namespace !== undefined || !resource.namespaced) ? 'create' : undefined
    case 'PUT':
      return name === undefined ? undefined : 'update'
    case 'PATCH':
      return name === undefined ? undefined : 'patch'
    case 'DELETE':
      return name === undefined ? 'deletecollection' : 'delete'
    default:
      return undefined
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw noSuchPath()
  }
}
