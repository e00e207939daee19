import { defineStep } from './define.ts'

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
})
