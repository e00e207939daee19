import type { KubeObject, ListOptions, ObjectRef, ResourceType } from '../../cluster/types.ts'
import type { Objects, Target } from './objects.ts'
import type { Resource, Resources } from './resource.ts'
import { selection } from './selectors.ts'
import { noSuchPath } from './status-error.ts'
import type { StoredObject } from './stored-object.ts'

type Type = Pick<ResourceType, 'group' | 'version' | 'plural'>

/** The objects of a server without HTTP, under the same rules. Throws `StatusError` where HTTP answers with a Status. */
export interface ObjectAccess {
  /** Unlike by HTTP, a status comes along. */
  create(object: KubeObject): StoredObject
  get(type: Type, ref: ObjectRef): StoredObject | undefined
  list(type: Type, options?: ListOptions): readonly StoredObject[]
  setStatus(type: Type, ref: ObjectRef, status: unknown): StoredObject
  delete(type: Type, ref: ObjectRef): void
}

export function objectAccess(objects: Objects, resources: Resources): ObjectAccess {
  const find = (type: Type): Resource => {
    const resource = resources.find(type)
    if (resource === undefined) throw noSuchPath()
    return resource
  }
  const target = (type: Type, { namespace, name }: ObjectRef): Target => ({
    resource: find(type),
    namespace,
    name,
  })
  const setStatus = (place: Target, status: unknown): StoredObject =>
    objects.patch(place, (current) => ({ ...current, status }), { status: true }).object
  return {
    create(object) {
      const resource = resources.ofKind(object.apiVersion, object.kind)
      if (resource === undefined) throw noSuchPath()
      const namespace = resource.namespaced ? (object.metadata.namespace ?? '') : undefined
      const made = objects.create(resource, namespace, object).object
      if (object['status'] === undefined || !resource.hasStatus) return made
      return setStatus({ resource, namespace, name: made.metadata.name }, object['status'])
    },
    get: (type, { namespace, name }) => objects.store.get(find(type), namespace, name),
    list(type, { namespace, labelSelector, fieldSelector } = {}) {
      const resource = find(type)
      const query = new URLSearchParams({
        labelSelector: labelSelector ?? '',
        fieldSelector: fieldSelector ?? '',
      })
      return objects.store.list(resource, namespace, selection(resource, query))
    },
    setStatus: (type, ref, status) => setStatus(target(type, ref), status),
    delete: (type, ref) => void objects.delete(target(type, ref)),
  }
}
