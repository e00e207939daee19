import type { Duration } from '@marcbachmann/cel-js/evaluator'

/** What an expression works on: JSON with whole numbers as bigint, and CEL's own durations, timestamps and bytes. */
export type CelValue =
  null | boolean | number | bigint | string | Uint8Array | Duration | Date | readonly CelValue[] | CelMap
export type CelMap = CelRecord | ReadonlyMap<string, CelValue>
export interface CelRecord {
  readonly [key: string]: CelValue
}

export type TypeName =
  'dyn' | 'string' | 'int' | 'double' | 'bool' | 'bytes' | 'duration' | 'timestamp' | 'list' | 'map'

/** The type of a name. A map with known `fields` has its members checked before anything runs. */
export type TypeDescription = TypeName | { readonly fields: ScopeTypes }

/** The names that an expression may use. It grows from step to step. */
export interface ScopeTypes {
  readonly [name: string]: TypeDescription
}

/** Effects that functions need at evaluation. Where one is missing, its function is not allowed. */
export interface Hooks {
  /** `unique(base)`: a name that no other attempt uses. */
  readonly unique?: (base: string) => string
  /** `env(NAME)`: the value of a declared environment variable. */
  readonly env?: (name: string) => string
  /** `now()`: milliseconds since the Unix epoch. */
  readonly wall: () => number
}

/** What an evaluation sees: the values of its names, converted by `toCel` when they were stored, and its effects. */
export interface Values {
  readonly names: Readonly<Record<string, CelValue>>
  readonly hooks: Hooks
}

export interface ExpressionFunction {
  readonly name: string
  /** One sentence, for tooltips and the docs. */
  readonly summary: string
  readonly parameters: readonly { readonly name: string; readonly type: TypeName }[]
  readonly result: TypeName
  readonly example: string
  /** Allowed in `vars` alone, because each call makes something new or reads the outside. */
  readonly onlyInVars?: boolean
  /** Pure but for `hooks`; an Error it throws becomes an ExpressionError at the call. */
  readonly run: (args: readonly CelValue[], hooks: Hooks) => CelValue
}

/** Something wrong with an expression, found before it runs. `start` and `end` are offsets in its text. */
export interface ExpressionIssue {
  readonly code: string
  readonly start: number
  readonly end: number
  /** The thing first, then what was expected; lower case, no full stop. */
  readonly message: string
  readonly hint?: string
}

/** Where an expression stands: `unique()` and `env()` are for `vars` alone. */
export type Position = 'vars' | 'elsewhere'
