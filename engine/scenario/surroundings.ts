import type { JsonObject } from '../base/json.ts'
import type { KnownExpressions } from './known-expressions.ts'
import type { Described } from './validate-input.ts'

/** What files are held against, apart from the language itself. */
export interface Surroundings {
  readonly expressions: KnownExpressions
  readonly described: Described
  readonly profiles: readonly string[]
  /** The profile of scenarios that name none. */
  readonly profile?: string
  /** Tags that the configuration declares; absent = any. */
  readonly tags?: readonly string[]
  /** Kinds that the configuration lets scenarios write. */
  readonly allowedKinds: readonly string[]
  /** Schemas of kinds of objects, by kind, where they are at hand. */
  readonly fieldPaths: Readonly<Record<string, JsonObject>>
}
