import { defineStep } from './define.ts'
import { Kind, Matcher } from './shapes.ts'

export const deletion = defineStep({
  verb: 'delete',
  summary: 'Deletes Kubernetes objects from a namespace of this scenario.',
  schema: {
    type: 'object',
    additionalProperties: false,
    anyOf: [{ required: ['crd'] }, { required: ['resource'] }],
    properties: {
      crd: Kind,
      resource: {
        type: 'object',
        additionalProperties: false,
        required: ['kind', 'apiVersion'],
        description: 'Any other kind.',
        properties: { kind: { type: 'string' }, apiVersion: { type: 'string' } },
      },
      namespace: { type: 'string', description: 'Default: the namespaces of this scenario.' },
      name: { type: 'string', description: 'The name of one object.' },
      where: { ...Matcher, description: 'Which objects, when they are not named.' },
    },
  },
  asserts: false,
  excludes: [
    ['crd', 'resource'],
    ['name', 'where'],
  ],
  examples: ['delete: { crd: {{kind}}, name: "${ticket.object.metadata.name}" }'],
})
