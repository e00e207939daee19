import { isObject, type JsonObject } from '../base/json.ts'
import type { Path } from '../base/span.ts'
import type { Shape } from '../steps/shapes.ts'
import { itemsOf, memberOf } from './schema-parts.ts'

/** A value whose schema carries a marker of `shapes.ts`. */
export interface Marked {
  readonly shape: Shape
  readonly path: Path
  readonly value: unknown
}

/** What these mark is looked at as a whole. */
const WHOLE: ReadonlySet<string> = new Set<Shape>(['matcher', 'steps', 'subject'])

const shapesOf = new WeakMap<JsonObject, ReadonlySet<string>>()

/** Whether a schema marks anything with one of these, at any depth. */
export function marksAny(schema: JsonObject | undefined, shapes: readonly Shape[]): boolean {
  if (schema === undefined) return false
  const known = shapesOf.get(schema) ?? new Set(shapesIn(schema))
  shapesOf.set(schema, known)
  return shapes.some((shape) => known.has(shape))
}

function shapesIn(schema: unknown): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap(shapesIn)
  if (!isObject(schema)) return []
  const own = typeof schema['$comment'] === 'string' ? [schema['$comment']] : []
  return [...own, ...Object.values(schema).flatMap(shapesIn)]
}

/** Every marked value in a tree, outermost first. */
export function markedValues(schema: JsonObject | undefined, value: unknown, path: Path): readonly Marked[] {
  if (schema === undefined) return []
  const shape = schema['$comment'] as Shape | undefined
  const own = shape === undefined ? [] : [{ shape, path, value }]
  if (shape !== undefined && WHOLE.has(shape)) return own
  if (Array.isArray(value)) {
    const items = itemsOf(schema)
    return [...own, ...value.flatMap((item: unknown, index) => markedValues(items, item, [...path, index]))]
  }
  if (!isObject(value)) return own
  const members = Object.entries(value)
  return [
    ...own,
    ...members.flatMap(([key, member]) => markedValues(memberOf(schema, key), member, [...path, key])),
  ]
}
