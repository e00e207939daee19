import { isObject } from '../base/json.ts'
import type { Path } from '../base/span.ts'
import { hasTemplate } from '../document/template.ts'
import { checkMatcher } from '../matchers/check.ts'
import type { Checking, VerbInput } from './checking.ts'
import { describedChoice, describedKind } from './described-slips.ts'
import { useSlips } from './check-use.ts'
import { fieldSlips } from './field-paths.ts'
import { checkInside } from './inside.ts'
import { checkSince } from './step-names.ts'
import { exchangeSlips } from './exchange-slips.ts'
import { keysOf, subjectGrammars, verbs, type VerbGrammar } from './grammar.ts'
import { markedValues, type Marked } from './markers.ts'
import type { Scope } from './scope.ts'
import { showValue } from './shape-words.ts'
import type { Slip } from './slip.ts'
import { describedSlips, inputSlips, markedInput, subjectSlips } from './validate-input.ts'
import { chooseSubject } from './choose-subject.ts'

/** Checks what stands behind a verb: its shape first, then what only code can tell. */
export function checkInput(input: VerbInput, scope: Scope, checking: Checking): void {
  const grammar = verbs.get(input.verb)
  if (grammar === undefined) return
  const { slips } = checking
  const subject = grammar.takesSubject ? chosenSubject(input, checking) : undefined
  if (grammar.takesSubject && isObject(input.value) && subject === undefined) {
    checkInside({ input, grammar, marked: [] }, scope, checking)
    return
  }
  const whole = { ...input, subject, templates: true }
  slips.add(...inputSlips(whole), ...excludedSlips(input, [...grammar.excludes, ...excludesOf(subject)]))
  const marked = markedInput(whole)
  for (const each of marked) checkMarked(each, input, checking)
  slips.add(...kindSlips(input.value, input.path, checking))
  if (input.verb === 'use') slips.add(...useSlips(input.value, input.path, checking))
  slips.add(...exchangeSlips(input))
  if (subject === 'metric') checkSince(input.value, input.path, scope, checking)
  checkInside({ input, grammar, subject, marked }, scope, checking)
}

function chosenSubject(input: VerbInput, checking: Checking): string | undefined {
  if (!isObject(input.value)) return undefined
  const own = keysOf(verbs.get(input.verb)?.schema ?? {})
  const choice = chooseSubject(input.value, { path: input.path, owner: input.verb, own })
  if (typeof choice !== 'string') {
    checking.slips.add(choice)
    return undefined
  }
  return choice
}

/** Fields of objects, where the schema of their kind is at hand. */
function kindSlips(value: unknown, path: Path, { fieldPaths }: Checking): readonly Slip[] {
  const kind = isObject(value) ? value['crd'] : undefined
  const schema = typeof kind === 'string' && Object.hasOwn(fieldPaths, kind) ? fieldPaths[kind] : undefined
  return isObject(value) && schema !== undefined ? fieldSlips(value, path, schema) : []
}

/** The later of two keys that exclude each other, each once. */
function excludedSlips({ value, path }: VerbInput, excludes: VerbGrammar['excludes']): readonly Slip[] {
  if (!isObject(value)) return []
  const keys = Object.keys(value)
  return excludes
    .filter((pair) => pair.every((key) => keys.includes(key)))
    .map(([one, other]) => {
      const later = keys.indexOf(one) < keys.indexOf(other) ? other : one
      const message = `${later}: expected ${one} or ${other}, got both`
      return { code: 'KEYS_EXCLUDE', path, key: later, message }
    })
}

function excludesOf(subject: string | undefined): VerbGrammar['excludes'] {
  return subjectGrammars.get(subject ?? '')?.excludes ?? []
}

/** What a marker of `shapes.ts` asks for; steps and expressions need names and are checked with them. */
function checkMarked({ shape, path, value }: Marked, input: VerbInput, checking: Checking): void {
  const { slips, described } = checking
  switch (shape) {
    case 'matcher':
      slips.add(...matcherSlips(value, path), ...numberSlips(value, path))
      return
    case 'kinds':
      slips.add(...describedKind(value, path, described.description))
      return
    case 'signals':
    case 'keys':
      slips.add(
        ...describedChoice({ shape, path, value, verb: input.verb }, described.description),
        ...describedSlips({ shape, path, value }, true, described),
      )
      return
    case 'subject':
      checkNestedSubject({ verb: input.verb, path, value }, checking)
      return
    case 'steps':
  }
}

/** What stands behind a `$` key of a subject is no matcher but the operand of one. */
function matcherSlips(value: unknown, path: Path): readonly Slip[] {
  const key = String(path.at(-1))
  return key.startsWith('$') ? checkMatcher({ [key]: value }, path.slice(0, -1)) : checkMatcher(value, path)
}

/** What these are about is always a number (or, for the status of an object, a map), so a text could never be it. */
const NUMBERS: readonly unknown[] = ['count', 'increasedBy', 'samples', 'length', 'status']

function numberSlips(value: unknown, path: Path): readonly Slip[] {
  const key = path.at(-1)
  if (!NUMBERS.includes(key) || typeof value !== 'string' || hasTemplate(value)) return []
  const message = `${String(key)}: expected a number or a matcher, got the text ${showValue(value)}`
  const isQuoted = value.trim() !== '' && !Number.isNaN(Number(value))
  return [{ code: 'WRONG_TYPE', path, message, ...(isQuoted ? { hint: 'write it without quotes' } : {}) }]
}

/** A subject without a verb of its own, as in `during: { never: … }`. */
function checkNestedSubject(nested: VerbInput, checking: Checking): void {
  const { path, value, verb } = nested
  const name = String(path.at(-1))
  if (!isObject(value)) return
  const choice = chooseSubject(value, { path, owner: name, own: [] })
  if (typeof choice !== 'string') {
    checking.slips.add(choice)
    return
  }
  checking.slips.add(...excludedSlips(nested, excludesOf(choice)))
  checking.slips.add(...kindSlips(value, path, checking))
  checking.slips.add(...subjectSlips({ subject: choice, value, path, templates: true, name }, []))
  const schema = subjectGrammars.get(choice)?.schema
  for (const each of markedValues(schema, value, path)) checkMarked(each, { verb, value, path }, checking)
}
