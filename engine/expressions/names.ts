import { suggest } from '../base/suggest.ts'

/** Words that the expression language keeps for itself: usable after a dot, never as a name. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'as break const continue else false for function if import in let loop namespace null package prototype return ' +
    'true var void while bool bytes cel double dyn google int list map null_type optional string type uint'
  ).split(' '),
)

/** Names of types, which an expression may mention: `type(x) == int`. */
export const typeNames: ReadonlySet<string> = new Set(
  'bool bytes cel double google int list map null_type optional string type uint'.split(' '),
)

export interface NameIssue {
  readonly code: 'RESERVED_NAME' | 'BAD_NAME'
  readonly message: string
  readonly hint: string
}

/** What is wrong with a name that a scenario introduces (`as`, `vars`, inputs), apart from hiding another. */
export function nameIssue(name: string, functions: ReadonlySet<string>): NameIssue | undefined {
  if (RESERVED.has(name) || functions.has(name)) {
    const message = `${name}: expected another name, this word belongs to the expression language`
    return { code: 'RESERVED_NAME', message, hint: `try ${name}1 or a word that says more` }
  }
  if (/^[a-z][A-Za-z0-9]*$/.test(name)) return undefined
  const message = `${name}: expected a name of letters and digits that begins with a small letter`
  return { code: 'BAD_NAME', message, hint: 'write it like firstAlert' }
}

/** `did you mean window?`, ready to be spread into an issue. */
export function didYouMean(word: string, known: Iterable<string>): { readonly hint?: string } {
  const near = suggest(word, known)
  return near === undefined ? {} : { hint: `did you mean ${near}?` }
}
