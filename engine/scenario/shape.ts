import { isObject, valueAt, type JsonObject } from '../base/json.ts'
import type { Path } from '../base/span.ts'
import { suggest } from '../base/suggest.ts'
import { hasTemplate } from '../document/template.ts'
import { keysOf, verbs } from './grammar.ts'
import { schemaAt } from './schema-parts.ts'
import { describeShape, showValue, thingOf } from './shape-words.ts'
import type { Slip } from './slip.ts'
import { stepKeyNames } from './step-keys.ts'
import type { SchemaError, Validator } from './validators.ts'

/** A value and the schema it must follow. */
export interface Shaped {
  readonly value: unknown
  /** Where the value stands in its file. */
  readonly path: Path
  readonly schema: JsonObject
  readonly validator: Validator
  /** What the value is called when it has no key of its own. */
  readonly name: string
  /** Keys that belong here, too, for suggestions. */
  readonly alsoKnown?: readonly string[]
  /** All keys of the map that `value` was taken from, where it is only a part. */
  readonly given?: readonly string[]
  /** Keys that are there under a misspelt name. */
  readonly misspelt?: readonly string[]
  /** Whether a scalar with `${…}` may stand for any scalar. */
  readonly templates: boolean
}

/** Everything in which a value differs from its schema; one slip is told once. */
export function checkShape(shaped: Shaped): readonly Slip[] {
  const { validator, value } = shaped
  if (validator(value)) return []
  const all = (validator.errors ?? []).map((error) => ({ ...error, at: pathOf(error.instancePath, value) }))
  const own = withoutParts(all).filter(({ at }) => !(shaped.templates && isTemplate(valueAt(value, at))))
  const unknown = own
    .filter(({ keyword }) => keyword === 'additionalProperties')
    .map((error) => unknownKey(error, shaped))
  const rest = own.filter(({ keyword }) => keyword !== 'additionalProperties')
  return [...unknown, ...onePerPlace(rest, unknown, shaped).map((error) => wrongValue(error, shaped))]
}

/** A key that does not belong, with the nearest that does. */
export function unknownKeySlip(path: Path, key: string, owner: string, known: readonly string[]): Slip {
  if (stepKeyNames.includes(key) && verbs.has(owner)) {
    const message = `${key}: no such key in ${owner}`
    return {
      code: 'UNKNOWN_KEY',
      path,
      key,
      message,
      hint: `it belongs to the step: write it beside ${owner}`,
    }
  }
  const near = suggest(key, known)
  const list = known.slice(0, 12).join(', ')
  const hint =
    near === undefined ? `expected one of ${list}${known.length > 12 ? ', …' : ''}` : `did you mean ${near}?`
  return {
    code: 'UNKNOWN_KEY',
    path,
    key,
    message: `${key}: no such key in ${owner}`,
    ...(known.length === 0 ? {} : { hint }),
    ...(near === undefined ? {} : { rename: near }),
  }
}

export interface LocatedError extends SchemaError {
  readonly at: Path
}

/** Complaints of the branches of `anyOf`, and of a key's form, are told by the complaint about the whole. */
function withoutParts(errors: readonly LocatedError[]): readonly LocatedError[] {
  const wholes = errors.filter(({ keyword }) => keyword === 'anyOf').map(({ schemaPath }) => `${schemaPath}/`)
  return errors.filter(
    ({ schemaPath, propertyName }) =>
      propertyName === undefined && !wholes.some((whole) => schemaPath.startsWith(whole)),
  )
}

function unknownKey({ at, params }: LocatedError, shaped: Shaped): Slip {
  const key = String(params['additionalProperty'])
  const known = keysOf(schemaAt(shaped.schema, at) ?? {})
  const also = at.length === 0 ? (shaped.alsoKnown ?? []) : []
  return unknownKeySlip([...shaped.path, ...at], key, thingOf(at, shaped.name), [...known, ...also])
}

/** A missing key that was misspelt is told as misspelt; of one value only the first complaint is told. */
function onePerPlace(
  errors: readonly LocatedError[],
  unknown: readonly Slip[],
  shaped: Shaped,
): readonly LocatedError[] {
  const places = new Set<string>()
  return [...errors]
    .sort((a, b) => rank(a) - rank(b))
    .filter((error) => {
      const missing = error.keyword === 'required' ? String(error.params['missingProperty']) : ''
      const place = [...error.at, missing].join('.')
      const isNew = !places.has(place) && !isMisspelt(error, unknown, shaped)
      places.add(place)
      return isNew
    })
}

/** Whether a complaint about a map would not be there if its misspelt keys were right. */
function isMisspelt(
  { at, keyword, params }: LocatedError,
  unknown: readonly Slip[],
  shaped: Shaped,
): boolean {
  const path = [...shaped.path, ...at].join('.')
  const renamed = unknown.flatMap((slip) =>
    slip.path.join('.') === path && slip.rename !== undefined ? [slip.rename] : [],
  )
  if (keyword !== 'required') return renamed.length > 0
  return [...renamed, ...(at.length === 0 ? (shaped.misspelt ?? []) : [])].includes(
    String(params['missingProperty']),
  )
}

function rank({ keyword }: SchemaError): number {
  return keyword === 'type' ? 0 : 1
}

function wrongValue(error: LocatedError, shaped: Shaped): Slip {
  const place = [...shaped.path, ...error.at]
  if (error.keyword === 'required') {
    const key = String(error.params['missingProperty'])
    const owner = thingOf(error.at, shaped.name)
    const whole = error.at.length === 0 ? shaped.given : undefined
    const known = whole ?? Object.keys(valueAt(shaped.value, error.at) ?? {})
    const given = known.length === 0 ? 'nothing' : known.join(', ')
    return { code: 'MISSING_KEY', path: place, message: `${owner}: expected the key ${key}, got ${given}` }
  }
  const actual = valueAt(shaped.value, error.at)
  const schema = schemaAt(shaped.schema, error.at) ?? {}
  const { code, expected, hint } = describeShape(error, schema, actual)
  const got = gotOf(error, actual)
  return {
    code,
    path: place,
    ...(error.keyword === 'propertyNames' ? { key: got } : {}),
    message: `${thingOf(error.at, shaped.name)}: expected ${expected}, got ${got}`,
    ...(hint === undefined ? {} : { hint }),
  }
}

const ABOUT_KEYS = ['anyOf', 'minProperties', 'maxProperties']

/** What was there instead: of a map that has the wrong keys, its keys. */
function gotOf({ keyword, params }: SchemaError, actual: unknown): string {
  if (keyword === 'propertyNames') return String(params['propertyName'])
  return ABOUT_KEYS.includes(keyword) && isObject(actual) && Object.keys(actual).length > 0
    ? Object.keys(actual).join(', ')
    : showValue(actual)
}

function isTemplate(value: unknown): boolean {
  return typeof value === 'string' && hasTemplate(value)
}

/** A JSON pointer as a path; numbers where the value is a list. */
function pathOf(pointer: string, value: unknown): Path {
  const path: (string | number)[] = []
  let current = value
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    path.push(Array.isArray(current) ? Number(key) : key)
    current = valueAt(value, path)
  }
  return path
}
