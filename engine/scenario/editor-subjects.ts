import type { JsonObject } from '../base/json.ts'
import { operators } from '../matchers/index.ts'
import { editorMembers, requiring, type EditorOptions } from './editor-values.ts'
import { keysOf, subjectGrammars } from './grammar.ts'

export interface SubjectMap {
  /** What else must be there, for the verb's sake. */
  readonly required: readonly string[]
  /** The verb's own keys, as the editor understands them. */
  readonly own: JsonObject
}

const subjects = [...subjectGrammars.keys()]

/** All subjects and what may be said of them in one flat map; what does not go together is marked. */
export function subjectMap({ required, own }: SubjectMap, options: EditorOptions): JsonObject {
  const claims = allClaims(options)
  const properties = { ...claims, ...own }
  const others = Object.keys(properties).filter((key) => !subjects.includes(key))
  const known = `^\\$(?:${operators.map(({ name }) => name.slice(1)).join('|')})$`
  return {
    type: 'object',
    properties,
    patternProperties: { [known]: { $ref: '#/definitions/matcher' } },
    additionalProperties: false,
    if: { type: 'object', propertyNames: { enum: others } },
    then: { required: subjects.slice(0, 1), errorMessage: `Expected a subject: ${subjects.join(', ')}` },
    allOf: [
      ...requiring(required, Object.keys(properties)),
      ...otherSubjects(),
      ...foreignClaims(Object.keys(claims)),
    ],
  }
}

/** What all subjects may say; a key of several has the words of each. */
function allClaims(options: EditorOptions): JsonObject {
  const all = new Map<string, readonly Claim[]>()
  for (const { subject, schema } of subjectGrammars.values()) {
    const members = editorMembers((schema['properties'] ?? {}) as JsonObject, options)
    for (const [key, member] of Object.entries(members)) {
      all.set(key, [...(all.get(key) ?? []), { subject, schema: member as JsonObject }])
    }
  }
  return Object.fromEntries([...all].map(([key, claims]) => [key, joined(claims)]))
}

interface Claim {
  readonly subject: string
  readonly schema: JsonObject
}

/** One key of several subjects: the widest of them; where their words differ, those of all. */
function joined(claims: readonly Claim[]): JsonObject {
  const schemas = claims.map(({ schema }) => schema)
  const widest =
    schemas.find(({ type, $ref }) => type === undefined && $ref === undefined) ??
    schemas.find(({ $ref }) => $ref !== undefined) ??
    schemas[0] ??
    {}
  const byWords = new Map<string, readonly string[]>()
  for (const { subject, schema } of claims) {
    const words = schema['markdownDescription']
    if (typeof words === 'string') byWords.set(words, [...(byWords.get(words) ?? []), subject])
  }
  const [only] = byWords.keys()
  const all = [...byWords].map(([words, owners]) => `**${owners.join(', ')}**: ${words}`).join('\n\n')
  const words = byWords.size > 1 ? all : only
  return words === undefined ? widest : { ...widest, markdownDescription: words }
}

/** The later of two subjects is marked. A word may be a claim of another subject (`value` of a key): then it is none. */
function otherSubjects(): readonly JsonObject[] {
  return subjects.flatMap((subject, index) => {
    const later = subjects.slice(index + 1).filter((other) => !claimsOf(subject).includes(other))
    if (later.length === 0) return []
    const isClaim = ownersOf(subject).filter((owner) => owner !== subject)
    return [
      {
        if: { required: [subject], ...unless(isClaim) },
        then: {
          properties: Object.fromEntries(later.map((other) => [other, false])),
          errorMessage: `One subject per step: there is ${subject} already`,
        },
      },
    ]
  })
}

/** Claims without a subject that has them. */
function foreignClaims(keys: readonly string[]): readonly JsonObject[] {
  const byOwners = new Map<string, readonly string[]>()
  for (const key of keys.filter((each) => !subjects.includes(each))) {
    const owners = ownersOf(key).join(', ')
    byOwners.set(owners, [...(byOwners.get(owners) ?? []), key])
  }
  return [...byOwners].map(([owners, claims]) => ({
    if: { anyOf: subjects.map((subject) => ({ required: [subject] })), ...unless(owners.split(', ')) },
    then: {
      properties: Object.fromEntries(claims.map((key) => [key, false])),
      errorMessage: `This goes with ${owners}, and not with the subject of this step`,
    },
  }))
}

function unless(keys: readonly string[]): JsonObject {
  return keys.length === 0 ? {} : { not: { anyOf: keys.map((key) => ({ required: [key] })) } }
}

function ownersOf(key: string): readonly string[] {
  return subjects.filter((subject) => claimsOf(subject).includes(key))
}

function claimsOf(subject: string): readonly string[] {
  return keysOf(subjectGrammars.get(subject)?.schema ?? {})
}
