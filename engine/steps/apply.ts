import type { JsonObject } from '../base/json.ts'
import { ApiError } from '../cluster/api-error.ts'
import type { KubeObject, ResourceType } from '../cluster/types.ts'
import { refuseForeign, refuseKind } from './allowed-objects.ts'
import type { StepContext } from './context.ts'
import { defineStep } from './define.ts'
import { typeNamed } from './subjects/selection.ts'

export const apply = defineStep({
  verb: 'apply',
  summary: 'Writes a Kubernetes object into a namespace of this scenario; it is removed at the end.',
  schema: {
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata'],
    properties: {
      apiVersion: { type: 'string', description: 'Such as `v1`.', examples: ['v1'] },
      kind: { type: 'string', description: 'Such as `ConfigMap`.', examples: ['ConfigMap'] },
      metadata: {
        type: 'object',
        required: ['name', 'namespace'],
        properties: {
          name: { type: 'string', description: 'The name of the object.' },
          namespace: { type: 'string', description: 'A namespace of this scenario, such as `"${ns.app}"`.' },
        },
      },
    },
  },
  asserts: false,
  examples: [
    'apply: { apiVersion: v1, kind: ConfigMap, metadata: { name: limits, namespace: "${ns.app}" }, data: { most: "4" } }',
  ],
  async run(input, context) {
    const object = input as unknown as KubeObject
    const { kind, apiVersion, metadata } = object
    const type = await typeNamed({ resource: { kind, apiVersion } }, 'kind', context)
    refuseKind(type, 'kind', context)
    refuseForeign(metadata.namespace, ['metadata', 'namespace'], context)
    return { object: (await write(type, object, context)) as unknown as JsonObject }
  },
})

/** Makes the object, or merges into the one of that name. It goes with its namespace, which this scenario made. */
async function write(
  type: ResourceType,
  object: KubeObject,
  { client, signal }: StepContext,
): Promise<KubeObject> {
  try {
    return await client.create(type, object, signal)
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 409)) throw error
    const { namespace, name } = object.metadata
    return client.patch(type, { namespace, name }, { merge: object }, signal)
  }
}
