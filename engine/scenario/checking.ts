import type { JsonObject } from '../base/json.ts'
import type { Path } from '../base/span.ts'
import type { ExpressionSlips } from './expression-slips.ts'
import type { KnownExpressions } from './known-expressions.ts'
import type { Scope } from './scope.ts'
import type { Slips } from './slip.ts'
import type { Templates } from './template-file.ts'
import type { Described } from './validate-input.ts'

/** What the checks of one file share. */
export interface Checking {
  readonly slips: Slips
  readonly expressions: KnownExpressions
  readonly expressionSlips: ExpressionSlips
  readonly described: Described
  /** Templates that the file uses, by the words it uses. */
  readonly templates: Templates
  /** Schemas of kinds of objects, by kind, where they are at hand. */
  readonly fieldPaths: Readonly<Record<string, JsonObject>>
  /** Checks a list of steps inside a step. */
  readonly checkSteps: (value: unknown, path: Path, scope: Scope) => void
}

/** A verb and what stands behind it. */
export interface VerbInput {
  readonly verb: string
  readonly value: unknown
  readonly path: Path
}
