import type { Resource, Resources } from './resource.ts'
import type { Store } from './store.ts'
import type { StoredObject } from './stored-object.ts'

/** Deletes what the object with this uid owned and no other object owns as well. */
export function deleteOwned(
  store: Store,
  resources: Resources,
  uid: string,
  remove: (resource: Resource, object: StoredObject) => void,
): void {
  for (const resource of resources.all) {
    const owned = store.list(resource, undefined, ({ metadata }) => {
      const owners = metadata.ownerReferences ?? []
      return owners.length === 1 && owners[0]?.uid === uid
    })
    for (const object of owned) remove(resource, object)
  }
}
