import { isObject } from '../../../base/json.ts'

/** A set of fields as `managedFields` writes it: `{ "f:spec": { "f:severity": {} } }`. Lists count as one field. */
export type FieldSet = Readonly<Record<string, unknown>>

export type FieldPath = readonly string[]

/** Every field that an object sets, down to what is not a map. */
export function fieldsOf(object: Readonly<Record<string, unknown>>): FieldSet {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [`f:${key}`, isObject(value) ? fieldsOf(value) : {}]),
  )
}

/** The paths of the fields in a set that hold no others. */
export function pathsIn(set: FieldSet): readonly FieldPath[] {
  return Object.entries(set).flatMap(([key, inner]): readonly FieldPath[] => {
    const name = key.slice(2)
    if (!isObject(inner) || Object.keys(inner).length === 0) return [[name]]
    return pathsIn(inner).map((path) => [name, ...path])
  })
}

/** Whether the set has the field, or one inside it. */
export function hasField(set: FieldSet, path: FieldPath): boolean {
  const [key, ...rest] = path
  if (key === undefined) return true
  const inner = set[`f:${key}`]
  if (!isObject(inner)) return false
  return rest.length === 0 || hasField(inner, rest)
}

/** A copy of the set without a field, and without the maps that held nothing else. */
export function withoutField(set: FieldSet, path: FieldPath): FieldSet {
  const [key, ...rest] = path
  const inner = set[`f:${key ?? ''}`]
  if (key === undefined || !isObject(inner)) return set
  const left = rest.length === 0 ? {} : withoutField(inner, rest)
  const others = Object.entries(set).filter(([name]) => name !== `f:${key}`)
  return Object.fromEntries(Object.keys(left).length === 0 ? others : [...others, [`f:${key}`, left]])
}

/** A copy of a value without one of its fields. */
export function removeField(value: unknown, path: FieldPath): unknown {
  const [key, ...rest] = path
  if (key === undefined || !isObject(value) || !Object.hasOwn(value, key)) return value
  const entries = Object.entries(value)
  if (rest.length === 0) return Object.fromEntries(entries.filter(([name]) => name !== key))
  return Object.fromEntries(
    entries.map(([name, field]) => [name, name === key ? removeField(field, rest) : field]),
  )
}
