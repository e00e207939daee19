import type { FromSchema, JSONSchema } from 'json-schema-to-ts'
import type { Json } from '../base/json.ts'
import type { StepContext } from './context.ts'

/** What a verb's file declares. The schema is pure: that any scalar may also be `"${…}"` is added where it is used. */
export interface StepDefinition<V extends string = string, S = unknown, I = InputOf<S>> {
  readonly verb: V
  /** One sentence: tooltip, help and docs. */
  readonly summary: string
  /** What stands behind the verb, as draft-07 with the markers of `shapes.ts`. */
  readonly schema: S
  /** Whether a step counts as an assertion (`NO_ASSERTION`): by its nature, or by keys of its input. */
  readonly asserts: boolean | readonly string[]
  /** Whether the input also names one subject (`expect`, `never`, `stays`). */
  readonly takesSubject?: boolean
  /** For verbs that loop: the keys that are evaluated once; everything else is evaluated each round. */
  readonly once?: readonly string[]
  /** Keys that cannot stand together. */
  readonly excludes?: readonly (readonly [string, string])[]
  /** Complete steps as they stand in a file, without the leading dash. */
  readonly examples: readonly string[]
  readonly run: (input: I, context: StepContext) => Promise<Json | undefined>
}

/** The type that a schema literal describes. */
type InputOf<S> = S extends JSONSchema ? FromSchema<S> : never

/** Keeps the literal types of verb and schema, from which the input's type follows. */
export function defineStep<const V extends string, const S>(
  definition: StepDefinition<V, S>,
): StepDefinition<V, S> {
  return definition
}
