import { Broken } from '../base/failure.ts'
import { isObject, type Json, type JsonObject } from '../base/json.ts'
import { pathText, type Span } from '../base/span.ts'
import type { Step } from '../scenario/scenario.ts'
import {
  markedInput,
  marksInput,
  subjectSlips,
  validateInput,
  type InputIssue,
} from '../scenario/validate-input.ts'
import type { StepDefinition } from '../steps/define.ts'
import { steps } from '../steps/index.ts'
import { subjects } from '../steps/subjects/index.ts'
import type { AttemptScope } from './attempt-scope.ts'

/** One registry lookup by a key that the loader has checked. */
export function definitionOf({ verb }: Step): StepDefinition<string, unknown, Json> {
  return steps[verb as keyof typeof steps] as unknown as StepDefinition<string, unknown, Json>
}

/**
 * The input with its templates evaluated and its shape checked; for a verb with rounds, only the keys evaluated once.
 * Steps inside it stay as they are written: each is evaluated when it starts.
 */
export function inputOf(step: Step, attempt: AttemptScope): Json {
  // The loader has checked what says the same each time.
  if (isPlain(step.input)) return step.input
  const { once } = definitionOf(step)
  const place = `${step.path}.${step.verb}`
  const tree = once !== undefined && isObject(step.input) ? pick(step.input, once) : step.input
  const lists = listsIn(step)
  const input = isObject(tree)
    ? { ...(attempt.scope.resolve(without(tree, lists), place) as JsonObject), ...lists }
    : attempt.scope.resolve(tree, place)
  checkShape(step, input, attempt)
  return input
}

/** Whether evaluating a tree leaves it as it is. */
function isPlain(tree: Json): boolean {
  if (typeof tree === 'string') return !tree.includes('${')
  if (typeof tree !== 'object' || tree === null) return true
  return Object.values(tree).every((value) => isPlain(value))
}

/** The lists of steps in a step's input, by their keys. */
export function listsIn({ verb, input }: Step): Lists {
  if (!isObject(input)) return {}
  const known = knownLists.get(input)
  if (known?.verb === verb) return known.lists
  const lists = readLists(verb, input)
  knownLists.set(input, { verb, lists })
  return lists
}

type Lists = Readonly<Record<string, readonly JsonObject[]>>

/** A loop asks for its lists in each round. */
const knownLists = new WeakMap<object, { readonly verb: string; readonly lists: Lists }>()

function readLists(verb: string, input: Json): Lists {
  const marked = markedInput({ verb, value: input, path: [], templates: true })
  const lists = marked.filter(({ shape, path }) => shape === 'steps' && path.length === 1)
  return Object.fromEntries(lists.map(({ path, value }) => [String(path[0]), value as readonly JsonObject[]]))
}

/** The whole input for one round of a loop, with its templates evaluated anew. */
export function roundOf(step: Step, names: JsonObject, attempt: AttemptScope): JsonObject {
  const input = attempt.scope.resolve(step.input, `${step.path}.${step.verb}`, names)
  checkShape(step, input, attempt)
  return input as JsonObject
}

/** The place of a value, or of the nearest thing around it. */
export function spanOf({ spans }: Pick<AttemptScope, 'spans'>, path: string): Span | undefined {
  for (let place = path; place !== ''; place = place.slice(0, Math.max(0, place.lastIndexOf('.')))) {
    const span = spans[place]
    if (span !== undefined) return span
  }
  return undefined
}

function without(tree: JsonObject, keys: object): JsonObject {
  return Object.fromEntries(Object.entries(tree).filter(([key]) => !(key in keys)))
}

function pick(tree: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(tree).filter(([key]) => keys.includes(key)))
}

function checkShape(step: Step, input: Json, attempt: AttemptScope): void {
  const takesSubject = definitionOf(step).takesSubject === true && isObject(input)
  const subject = takesSubject ? Object.keys(subjects).find((name) => name in input) : undefined
  const problems = [
    ...validateInput(step.verb, subject, input, attempt.services.described),
    ...subjectIssues(step, input),
  ]
  const [first] = problems
  if (first === undefined) return
  const span = spanOf(attempt, `${step.path}.${step.verb}.${pathText(first.path)}`) ?? step.span
  throw new Broken({
    code: 'BAD_VALUE',
    message: first.message,
    span,
    notes: problems.slice(1).map(({ message }) => message),
  })
}

/** What is wrong with subjects that have no verb of their own, as in `during: { never: … }`. */
function subjectIssues({ verb }: Step, input: Json): readonly InputIssue[] {
  if (!marksInput({ verb }, ['subject'])) return []
  const marked = markedInput({ verb, value: input, path: [], templates: false })
  return marked
    .filter(({ shape, value }) => shape === 'subject' && isObject(value))
    .flatMap(({ value, path }) => {
      const subject = Object.keys(subjects).find((name) => isObject(value) && name in value) ?? ''
      return subjectSlips({ subject, value, path, templates: false, name: String(path.at(-1)) }, [])
    })
}
