import type { JsonObject } from '../../base/json.ts'
import { crd } from './crd.ts'
import type { SubjectDefinition } from './define.ts'
import { observeObjects } from './observe-objects.ts'
import { typeNamed } from './selection.ts'

const { crd: _, ...claims } = crd.schema['properties'] as JsonObject

/** Objects of any kind, with the claims of `crd`. */
export const resource: SubjectDefinition = {
  subject: 'resource',
  summary: 'Kubernetes objects of any kind, selected by namespace, name, labels and `where`.',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['resource'],
    properties: {
      resource: {
        type: 'object',
        additionalProperties: false,
        required: ['kind', 'apiVersion'],
        description: 'The kind of the objects.',
        properties: {
          kind: { type: 'string', description: 'Such as `ConfigMap`.' },
          apiVersion: { type: 'string', description: 'Such as `v1`.' },
        },
      },
      ...claims,
    },
  },
  ...(crd.excludes === undefined ? {} : { excludes: crd.excludes }),
  examples: ['expect: { resource: { kind: ConfigMap, apiVersion: v1 }, name: limits, count: 1 }'],
  observe: async (input, context) =>
    observeObjects(await typeNamed(input, 'resource', context), input, context),
}
