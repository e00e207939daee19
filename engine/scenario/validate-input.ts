import type { Path } from '../base/span.ts'
import { isObject, type JsonObject } from '../base/json.ts'
import { subjectGrammars, verbs, keysOf } from './grammar.ts'
import { markedValues, marksAny, type Marked } from './markers.ts'
import type { Shape } from '../steps/shapes.ts'
import { checkShape, type Shaped } from './shape.ts'
import type { Slip } from './slip.ts'
import { validatorOf, type DescribedValidators } from './validators.ts'
import type { GatewayDescription } from '../gateway/description.ts'

export interface InputIssue {
  /** From the step's input. */
  readonly path: Path
  readonly message: string
}

/** What a gateway's description adds to the language: its schemas, and their validators. */
export interface Described {
  readonly description: GatewayDescription
  readonly validators: DescribedValidators
}

/**
 * What is wrong with the input of a step after its templates were evaluated; empty when nothing is. `subject` is the
 * subject that the input names, for verbs that take one; `described` lets it look into signals and keys as well.
 */
export function validateInput(
  verb: string,
  subject: string | undefined,
  input: unknown,
  described?: Described,
): readonly InputIssue[] {
  const whole = { verb, subject, value: input, path: [], templates: false }
  const slips = inputSlips(whole)
  const deeper =
    described === undefined || !marksInput(whole, ['signals', 'keys'])
      ? []
      : markedInput(whole).flatMap((marked) => describedSlips(marked, false, described))
  return [...slips, ...deeper].map(({ path, message }) => ({ path, message }))
}

export interface StepInput {
  readonly verb: string
  readonly subject?: string | undefined
  readonly value: unknown
  readonly path: Path
  readonly templates: boolean
}

/** The shape of a step's input: its verb's keys by the verb's schema, all other keys by the subject's. */
export function inputSlips({ verb, subject, value, path, templates }: StepInput): readonly Slip[] {
  const grammar = verbs.get(verb)
  if (grammar === undefined) return []
  const { schema } = grammar
  const ofVerb = { schema, validator: validatorOf(`verb_${verb}`), path, name: verb, templates }
  if (subject === undefined || !isObject(value)) return checkShape({ ...ofVerb, value })
  const own = keysOf(schema)
  const [verbPart, subjectPart] = split(value, own)
  const ofSubject = subjectSlips({ subject, value: subjectPart, path, templates, name: verb }, own)
  const misspelt = ofSubject.flatMap(({ rename }) => rename ?? [])
  return [...checkShape({ ...ofVerb, value: verbPart, given: Object.keys(value), misspelt }), ...ofSubject]
}

export interface SubjectInput {
  readonly subject: string
  readonly value: unknown
  readonly path: Path
  readonly templates: boolean
  /** The verb, for messages. */
  readonly name: string
}

/** The shape of a subject and its claims; `alsoKnown` are the keys of the verb it stands with. */
export function subjectSlips(
  { subject, ...input }: SubjectInput,
  alsoKnown: readonly string[],
): readonly Slip[] {
  const grammar = subjectGrammars.get(subject)
  if (grammar === undefined) return []
  const known = [...alsoKnown, ...subjectGrammars.keys()]
  const shaped: Shaped = {
    ...input,
    schema: grammar.schema,
    validator: validatorOf(`subject_${subject}`),
    alsoKnown: known,
  }
  return checkShape(shaped)
}

/** The shape of what stands behind the keys that the gateway's description adds to a map. */
export function describedSlips(
  { shape, value, path }: Marked,
  templates: boolean,
  described: Described,
): readonly Slip[] {
  if ((shape !== 'signals' && shape !== 'keys') || !isObject(value)) return []
  const schemas: Readonly<Record<string, { readonly schema: JsonObject }>> = described.description[shape]
  return Object.entries(schemas).flatMap(([name, { schema }]) => {
    const validator = described.validators[`${shape}_${name}`]
    if (!Object.hasOwn(value, name) || validator === undefined) return []
    return checkShape({ value: value[name], path: [...path, name], schema, validator, name, templates })
  })
}

/** Whether such a marker may be in an input at all. */
export function marksInput(
  { verb, subject }: Pick<StepInput, 'verb' | 'subject'>,
  shapes: readonly Shape[],
): boolean {
  const ofSubject = subject === undefined ? undefined : subjectGrammars.get(subject)?.schema
  return marksAny(verbs.get(verb)?.schema, shapes) || marksAny(ofSubject, shapes)
}

/** Everything in an input that a marker of its verb's or its subject's schema points at. */
export function markedInput({ verb, subject, value, path }: StepInput): readonly Marked[] {
  const ofSubject = subject === undefined ? undefined : subjectGrammars.get(subject)?.schema
  return [...markedValues(verbs.get(verb)?.schema, value, path), ...markedValues(ofSubject, value, path)]
}

function split(value: Readonly<Record<string, unknown>>, own: readonly string[]): readonly [object, object] {
  const entries = Object.entries(value)
  return [
    Object.fromEntries(entries.filter(([key]) => own.includes(key))),
    Object.fromEntries(entries.filter(([key]) => !own.includes(key))),
  ]
}
