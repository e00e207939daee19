import { isObject } from '../base/json.ts'
import type { ResourceType } from './types.ts'

/** `/apis/apps/v1`: what a server offers in one version of a group. */
export function versionPath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
}

/** The type of a kind in an APIResourceList; undefined when it is not there. */
export function typeIn(list: unknown, apiVersion: string, kind: string): ResourceType | undefined {
  const resources: readonly unknown[] =
    isObject(list) && Array.isArray(list['resources']) ? list['resources'] : []
  const [first = '', second] = apiVersion.split('/')
  const [group, version] = second === undefined ? ['', first] : [first, second]
  for (const resource of resources) {
    if (!isObject(resource) || resource['kind'] !== kind) continue
    const { name: plural, namespaced } = resource
    // `pods/log` and its like bear the kind of what they are a part of.
    if (typeof plural !== 'string' || plural.includes('/')) continue
    return { group, version, plural, kind, namespaced: namespaced === true }
  }
  return undefined
}
