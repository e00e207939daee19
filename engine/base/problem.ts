import type { Span } from './span.ts'

/** Something wrong in a text, found before anything runs. Plain data. */
export interface Problem {
  /** Stable and UPPER_CASE; `gwscen explain CODE` tells more. */
  readonly code: string
  readonly severity: 'error' | 'warning'
  /** One sentence, lower case, without a full stop: the thing first, then what was expected, then what is there. */
  readonly message: string
  /** What to do, such as `did you mean send?`. */
  readonly hint?: string
  readonly span: Span
  /** An edit that the hint makes certain. */
  readonly fix?: { readonly start: number; readonly end: number; readonly text: string }
}

/** Either a value, perhaps with warnings, or the problems that stand against one. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] }
