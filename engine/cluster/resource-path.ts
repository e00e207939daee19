import type { ObjectRef, ResourceType } from './types.ts'

export const PODS: ResourceType = { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true }

export const NAMESPACES: ResourceType = {
  group: '',
  version: 'v1',
  plural: 'namespaces',
  kind: 'Namespace',
  namespaced: false,
}

export const CONFIG_MAPS: ResourceType = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
  namespaced: true,
}

/** `/apis/apps/v1/namespaces/shop/deployments`: where all objects of a type live, in one namespace or in all. */
export function collectionPath(type: ResourceType, namespace?: string): string {
  const root = type.group === '' ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`
  const scope =
    type.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${root}${scope}/${type.plural}`
}

/** Where one object lives. Throws when the type needs a namespace and the reference has none. */
export function objectPath(type: ResourceType, { namespace, name }: ObjectRef, subresource?: string): string {
  if (type.namespaced && namespace === undefined)
    throw new Error(`${type.kind} ${name}: a namespace is needed`)
  const tail = subresource === undefined ? '' : `/${subresource}`
  return `${collectionPath(type, namespace)}/${encodeURIComponent(name)}${tail}`
}

/** `?a=1&b=2` without what is undefined; empty for nothing. */
export function queryText(query: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value))
  return given.size === 0 ? '' : `?${given.toString()}`
}
