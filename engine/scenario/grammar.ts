import type { JsonObject } from '../base/json.ts'
import { steps } from '../steps/index.ts'
import { subjects } from '../steps/subjects/index.ts'
import type { SubjectDefinition } from '../steps/subjects/define.ts'

/** A verb as the loader sees it: everything but how it runs. */
export interface VerbGrammar {
  readonly verb: string
  readonly summary: string
  readonly schema: JsonObject
  readonly asserts: boolean | readonly string[]
  readonly takesSubject: boolean
  readonly once: readonly string[]
  readonly excludes: readonly (readonly [string, string])[]
  readonly examples: readonly string[]
}

export interface SubjectGrammar {
  readonly subject: string
  readonly summary: string
  readonly schema: JsonObject
  readonly examples: readonly string[]
  readonly excludes: readonly (readonly [string, string])[]
}

export const verbs: ReadonlyMap<string, VerbGrammar> = new Map(
  Object.values(steps).map((definition: AnyStep) => [
    definition.verb,
    {
      verb: definition.verb,
      summary: definition.summary,
      schema: definition.schema as JsonObject,
      asserts: definition.asserts,
      takesSubject: definition.takesSubject === true,
      once: definition.once ?? [],
      excludes: definition.excludes ?? [],
      examples: definition.examples,
    },
  ]),
)

export const subjectGrammars: ReadonlyMap<string, SubjectGrammar> = new Map(
  Object.values(subjects).map((definition: SubjectDefinition) => [
    definition.subject,
    {
      subject: definition.subject,
      summary: definition.summary,
      schema: definition.schema,
      examples: definition.examples,
      excludes: definition.excludes ?? [],
    },
  ]),
)

/** Any step's definition, whatever its input. */
interface AnyStep {
  readonly verb: string
  readonly summary: string
  readonly schema: unknown
  readonly asserts: boolean | readonly string[]
  readonly takesSubject?: boolean
  readonly once?: readonly string[]
  readonly excludes?: readonly (readonly [string, string])[]
  readonly examples: readonly string[]
}

/** The keys that a schema of a map names. */
export function keysOf(schema: JsonObject): readonly string[] {
  return Object.keys((schema['properties'] ?? {}) as JsonObject)
}
