import { Failed } from '../base/failure.ts'
import type { JsonObject } from '../base/json.ts'
import { ApiError } from '../cluster/api-error.ts'
import type { KubeObject } from '../cluster/types.ts'
import { refuseForeign } from './allowed-objects.ts'
import type { StepContext } from './context.ts'
import { defineStep } from './define.ts'
import { Kind, Matcher } from './shapes.ts'
import { kindOf, listSelected, type ObjectSelection } from './subjects/selection.ts'

/** A conflict means that someone wrote in between; reading again is the remedy, a few times. */
const CONFLICT_RETRIES = 10

export const patch = defineStep({
  verb: 'patch',
  summary: 'Changes exactly one object; `status` goes to the status subresource.',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['crd'],
    anyOf: [{ required: ['merge'] }, { required: ['status'] }],
    properties: {
      crd: Kind,
      namespace: { type: 'string', description: 'Default: the namespaces of this scenario.' },
      name: { type: 'string' },
      where: { ...Matcher, description: 'Which object, when it is not named.' },
      merge: { type: 'object', description: 'A JSON merge patch: null removes a field.' },
      status: { type: 'object', description: 'Fields of the status to set.' },
    },
  },
  asserts: false,
  examples: [
    'patch: { crd: {{kind}}, name: "${first.first.body.name}", status: { overallPhase: Completed } }',
  ],
  async run(input, context) {
    const selection = input as JsonObject & ObjectSelection
    const type = kindOf(selection.crd, context).type
    refuseForeign(selection.namespace, ['namespace'], context)
    for (let attempt = 0; ; attempt += 1) {
      const target = await theOnly(selection, context)
      try {
        let object = target
        const ref = { namespace: target.metadata.namespace, name: target.metadata.name }
        if (input.merge !== undefined)
          object = await context.client.patch(type, ref, { merge: input.merge }, context.signal)
        if (input.status !== undefined) {
          const merge = { status: input.status }
          object = await context.client.patch(type, ref, { merge, status: true }, context.signal)
        }
        return { object: object as unknown as JsonObject }
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 409 && attempt < CONFLICT_RETRIES)) throw error
      }
    }
  },
})

async function theOnly(selection: ObjectSelection, context: StepContext): Promise<KubeObject> {
  const found = await listSelected(selection, context)
  const [only] = found
  if (only !== undefined && found.length === 1) return only
  const names = found.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`)
  throw new Failed({
    code: 'NOT_ONE_OBJECT',
    message: `patch needs exactly one ${selection.crd}, found ${found.length === 0 ? 'none' : names.join(', ')}`,
    span: context.span(),
  })
}
