import { Failed } from '../base/failure.ts'
import { ApiError } from '../cluster/api-error.ts'
import type { KubeObject, ResourceType } from '../cluster/types.ts'
import { refuseForeign, refuseKind } from './allowed-objects.ts'
import type { StepContext } from './context.ts'
import { defineStep } from './define.ts'
import { Kind, Matcher } from './shapes.ts'
import { nearMiss } from './subjects/near-miss.ts'
import { listInPlace, selectorOf, typeNamed } from './subjects/selection.ts'

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
  async run(input, context) {
    const { crd, resource } = input
    const place = crd === undefined ? 'resource' : 'crd'
    const type = await typeNamed({ crd, resource }, place, context)
    refuseKind(type, place, context)
    refuseForeign(input.namespace, ['namespace'], context)
    const inPlace = await listInPlace(type, input, context)
    const { differs } = selectorOf(input, context, type)
    const found = inPlace.filter((object) => differs(object).length === 0)
    if (found.length === 0) {
      const message = `there is no such ${type.kind} to delete`
      const notes = nearMiss(inPlace, differs)
      throw new Failed({ code: 'NOTHING_TO_DELETE', message, span: context.span(), notes })
    }
    for (const object of found) await remove(type, object, context)
    return { deleted: found.map(({ metadata }) => metadata.name) }
  },
})

/** One that went by itself in the meantime is gone, too. */
async function remove(
  type: ResourceType,
  { metadata: { namespace, name } }: KubeObject,
  { client, signal }: StepContext,
): Promise<void> {
  try {
    await client.delete(type, { namespace, name }, signal)
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error
  }
}
