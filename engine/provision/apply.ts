import { ApiError } from '../cluster/api-error.ts'
import type { KubeClient, KubeObject, ResourceType } from '../cluster/types.ts'

/** What applying needs of a client. */
export interface Applier extends Pick<KubeClient, 'create' | 'patch'> {
  resourceType(apiVersion: string, kind: string, signal?: AbortSignal): Promise<ResourceType | undefined>
}

/** Makes an object, or makes the one of that name like it; what others have added to it stays. */
export async function apply(client: Applier, object: KubeObject, signal?: AbortSignal): Promise<KubeObject> {
  const { apiVersion, kind, metadata } = object
  const type = await client.resourceType(apiVersion, kind, signal)
  if (type === undefined) throw new Error(`the API server knows no ${kind} of ${apiVersion}`)
  try {
    return await client.create(type, object, signal)
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error
    return client.patch(type, metadata, { merge: object }, signal)
  }
}

/** One after the other, because later ones may need earlier ones. Gives them as they now are. */
export async function applyAll(
  client: Applier,
  objects: readonly KubeObject[],
  signal?: AbortSignal,
): Promise<readonly KubeObject[]> {
  const applied: KubeObject[] = []
  for (const object of objects) applied.push(await apply(client, object, signal))
  return applied
}
