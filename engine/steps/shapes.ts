/**
 * Pieces of schema that verbs share. A `$comment` of one of these words marks what plain JSON Schema cannot say; the
 * scenario folder acts on it where it assembles validators and the editor's schema, and checks what is behind it in code.
 */
export type Shape = 'matcher' | 'steps' | 'subject' | 'signals' | 'keys' | 'kinds'

export const Duration = {
  type: 'string',
  format: 'duration',
  description: 'A duration such as `500ms`, `2s` or `1m30s`.',
} as const

/** A duration with a description of its own. */
export function durationOf<const D extends string>(description: D) {
  return { ...Duration, description } as const
}

export const Matcher = {
  $comment: 'matcher',
  description:
    'What the value must be: a scalar is equality, a map a subset, a list the exact sequence; keys with `$` are operators.',
} as const

export const Steps = { $comment: 'steps', description: 'Steps, run one after the other.' } as const

/** One subject and what is said of it, without a verb of its own. */
export const Subject = {
  $comment: 'subject',
  type: 'object',
  description: 'A subject, as in `expect`.',
} as const

export const TextMap = {
  type: 'object',
  additionalProperties: { type: 'string' },
} as const

/** The keys of a map that the gateway's description adds: what can be sent, or which Redis keys have a name. */
export const Signals = 'signals'
export const Keys = 'keys'

/** One of the kinds that the gateway's description names. */
export const Kind = {
  type: 'string',
  $comment: 'kinds',
  description: 'A kind of object that the gateway writes.',
} as const

/** What a response must look like; used by `send`, `request` and `http`. */
export const ResponseExpectation = {
  type: 'object',
  additionalProperties: false,
  description: 'What the response must look like.',
  properties: {
    status: { $comment: 'matcher', description: 'The status code, such as `202` or `{ $in: [201, 202] }`.' },
    headers: { $comment: 'matcher', description: 'Headers, names in lower case.' },
    body: { $comment: 'matcher', description: 'The body, parsed when it is JSON, else its text.' },
    transport: {
      enum: ['refused', 'reset', 'timeout'],
      description: 'The transport error that must come instead of a response.',
    },
  },
} as const
