import type { Mismatch } from '../base/failure.ts'

/** Looks at one value; the mismatches it gives have paths below `path`. Empty means that the value matches. */
export type Match = (actual: unknown, path: string) => readonly Mismatch[]

/** What an operator may use while it is made ready. */
export interface Compiler {
  /** Makes a matcher of a part: a value, a map, a list or operators. */
  readonly compile: (expected: unknown) => Match
  /** For `$expr`: evaluates a text for a candidate. */
  readonly evaluate: (text: string, it: unknown) => unknown
}

/** Something wrong with an operand, before anything runs. */
export interface OperandIssue {
  readonly code: string
  readonly message: string
  readonly hint?: string
}

/** JSON Schema, draft 07. */
export interface Schema {
  readonly [keyword: string]: unknown
}

/** One operator of the matcher language, such as `$gt`. Adding one is adding a file and a line in `index.ts`. */
export interface Operator {
  /** With its `$`. */
  readonly name: string
  /** One sentence, for the tooltip. */
  readonly summary: string
  /** Of its operand. A part that is a matcher again is `{ $ref: '#/definitions/matcher' }`. */
  readonly schema: Schema
  /** Operands, as they would be written. */
  readonly examples: readonly unknown[]
  /** Which parts of the operand are matchers themselves, to be checked in turn; `path` leads to them. */
  readonly parts?: (operand: unknown) => readonly OperandPart[]
  /** What is wrong with an operand that holds no template; undefined when it is right. */
  readonly check?: (operand: unknown) => OperandIssue | undefined
  /** The operand is right: `check` was asked, or a template gave it. Throws MatcherError when a template gave the wrong thing. */
  readonly compile: (operand: unknown, compiler: Compiler) => Match
}

export interface OperandPart {
  readonly path: readonly (string | number)[]
  readonly value: unknown
}

/** A template that gave an operator something it cannot work with. */
export class MatcherError extends Error {
  readonly code = 'BAD_OPERAND'
  /** To the operand, from the matcher that was compiled; as far as is known. */
  readonly at: readonly (string | number)[]

  constructor(message: string, { cause, at = [] }: { cause?: unknown; at?: MatcherError['at'] } = {}) {
    super(message, { cause })
    this.at = at
  }

  /** The same as seen from what holds the matcher under this key. */
  below(key: string | number): MatcherError {
    return new MatcherError(this.message, { cause: this.cause, at: [key, ...this.at] })
  }
}

/** The reference by which schemas of operands mean a matcher. */
export const matcherRef: Schema = { $ref: '#/definitions/matcher' }

/** A schema that a template may stand in for: `"${…}"`. */
export function orTemplate(type: string, schema: Schema = {}): Schema {
  return { type: [type, 'string'], pattern: '^\\$\\{[\\s\\S]*\\}$', ...schema }
}
