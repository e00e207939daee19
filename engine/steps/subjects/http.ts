import type { JsonObject } from '../../base/json.ts'
import type { StepContext } from '../context.ts'
import { lowerKeys } from '../request-parts.ts'
import { replyMismatches } from '../response.ts'
import { Matcher, TextMap } from '../shapes.ts'
import { unseen, type Look, type SubjectDefinition } from './define.ts'

/** A GET on the gateway. */
export const http: SubjectDefinition = {
  subject: 'http',
  summary: 'The answer to a GET on the gateway.',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['http'],
    properties: {
      http: {
        type: 'object',
        additionalProperties: false,
        required: ['path'],
        properties: {
          path: {
            type: 'string',
            pattern: '^/',
            description: 'From the root of the gateway, such as `/ready`.',
          },
          headers: TextMap,
        },
      },
      status: { ...Matcher, description: 'The status code.' },
      headers: { ...Matcher, description: 'Headers, names in lower case.' },
      body: { ...Matcher, description: 'The body, parsed when it is JSON, else its text.' },
    },
  },
  examples: ['expect: { http: { path: /ready }, status: 200, within: 10s }'],
  observe: (input, context) => {
    const { path, headers } = input['http'] as { path: string; headers?: Record<string, string> }
    return Promise.resolve({ look: () => look({ path, headers: lowerKeys(headers) }, input, context) })
  },
}

async function look(
  call: { readonly path: string; readonly headers: Record<string, string> },
  input: JsonObject,
  context: StepContext,
): Promise<Look> {
  const { reply, transport } = await context.gateway.exchange({ method: 'GET', ...call })
  if (reply === undefined) return unseen(transport.message)
  const mismatches = replyMismatches(reply, input, context)
  return {
    ok: mismatches.length === 0,
    mismatches,
    summary: `GET ${call.path} answered ${reply.status}`,
    notes: [],
    result: { ...reply },
  }
}
