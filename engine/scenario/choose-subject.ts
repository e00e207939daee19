import type { Path } from '../base/span.ts'
import { suggest } from '../base/suggest.ts'
import { keysOf, subjectGrammars } from './grammar.ts'
import { unknownKeySlip } from './shape.ts'
import type { Slip } from './slip.ts'

export interface SubjectPlace {
  readonly path: Path
  /** The verb, for messages. */
  readonly owner: string
  /** Keys of the verb itself. */
  readonly own: readonly string[]
}

/** The one subject that an input names, or what is wrong with the choice. */
export function chooseSubject(
  input: Readonly<Record<string, unknown>>,
  { path, owner, own }: SubjectPlace,
): string | Slip {
  const all = [...subjectGrammars.keys()]
  const named = all.filter((subject) => subject in input)
  // A subject's word may also be a claim of another subject: `value` of a key.
  const chosen = named.filter(
    (subject) => !named.some((other) => other !== subject && claimsOf(other).includes(subject)),
  )
  const [first, second] = Object.keys(input).filter((key) => chosen.includes(key))
  if (first === undefined)
    return noSubject(
      Object.keys(input).filter((key) => !own.includes(key)),
      { path, owner, own },
    )
  if (second === undefined) return first
  const message = `${second}: expected one subject, got ${first} and ${second}`
  return { code: 'TWO_SUBJECTS', path, key: second, message, hint: 'make a step of each' }
}

function noSubject(others: readonly string[], { path, owner }: SubjectPlace): Slip {
  const all = [...subjectGrammars.keys()]
  const meant = others.find((key) => suggest(key, all) !== undefined && !isClaim(key))
  if (meant !== undefined) return unknownKeySlip(path, meant, owner, all)
  return { code: 'NO_SUBJECT', path, message: `${owner}: expected a subject, one of ${all.join(', ')}` }
}

function isClaim(key: string): boolean {
  return [...subjectGrammars.keys()].some((subject) => claimsOf(subject).includes(key) && key !== subject)
}

function claimsOf(subject: string): readonly string[] {
  return keysOf(subjectGrammars.get(subject)?.schema ?? {})
}
