import { parseGoTime, type GoTime } from './go-time.ts'
import { parseJson, type JsonNode } from './go-json-syntax.ts'

/** What a field may hold, in the terms of Go's decoder. `type` is how Go's error message calls it. */
type Shape =
  | { readonly is: 'string' | 'int' | 'time' | 'strings' }
  | { readonly is: 'list'; readonly type: string; readonly of: StructShape }
  | StructShape

export interface StructShape {
  readonly is: 'struct'
  /** Go's name of the type, with its package. */
  readonly type: string
  readonly fields: Readonly<Record<string, Shape>>
}

/** Decoded fields; what was absent or null is absent. */
export type Decoded = Readonly<Record<string, unknown>>

/** The text is JSON, but not of the type it should be; or a time is not one. */
export class JsonTypeError extends Error {}

interface Place {
  /** Name of the struct that holds the field, without its package. */
  readonly struct: string
  readonly path: readonly string[]
}

/**
 * Decodes as Go's `json.Unmarshal` does: unknown keys are ignored, keys match without regard to case, the last of
 * repeated keys wins (maps and structs merge), `null` changes nothing. Throws `JsonSyntaxError` or `JsonTypeError`.
 */
export function decodeJson(body: Buffer, shape: StructShape): Decoded {
  const decoder = new Decoder()
  const value = decoder.decode(parseJson(body), shape, undefined, undefined)
  if (decoder.problem !== undefined) throw new JsonTypeError(decoder.problem)
  return (value ?? {}) as Decoded
}

class Decoder {
  /** Like Go, decoding goes on after a wrong type and reports the first. */
  problem: string | undefined

  decode(node: JsonNode, shape: Shape, place: Place | undefined, before: unknown): unknown {
    if (node.type === 'null') return shape.is === 'struct' ? before : undefined
    switch (shape.is) {
      case 'string':
        return node.type === 'string' ? node.value : this.#mismatch(node, 'string', place)
      case 'int':
        return this.#integer(node, place)
      case 'time':
        return this.#time(node)
      case 'strings':
        return this.#strings(node, place, before)
      case 'list':
        if (node.type !== 'array') return this.#mismatch(node, shape.type, place)
        return node.items.map((item) => this.decode(item, shape.of, place, undefined) ?? {})
      case 'struct':
        return this.#struct(node, shape, place, before)
    }
  }

  #struct(node: JsonNode, shape: StructShape, place: Place | undefined, before: unknown): unknown {
    if (node.type !== 'object') return this.#mismatch(node, shape.type, place)
    const result: Record<string, unknown> = { ...(before as Decoded | undefined) }
    for (const [key, value] of node.members) {
      const field = matchKey(key, shape.fields)
      const inner = field === undefined ? undefined : shape.fields[field]
      if (field === undefined || inner === undefined) continue
      const here = { struct: shape.type.replace(/^.*\./, ''), path: [...(place?.path ?? []), field] }
      const decoded = this.decode(value, inner, here, result[field])
      if (decoded !== undefined) result[field] = decoded
      else if (value.type === 'null' && (inner.is === 'strings' || inner.is === 'list')) {
        Reflect.deleteProperty(result, field)
      }
    }
    return result
  }

  #strings(node: JsonNode, place: Place | undefined, before: unknown): unknown {
    if (node.type !== 'object') return this.#mismatch(node, 'map[string]string', place)
    const result: Record<string, string> = { ...(before as Record<string, string> | undefined) }
    for (const [key, value] of node.members) {
      if (value.type === 'string') define(result, key, value.value)
      else if (value.type === 'null') define(result, key, '')
      else this.#mismatch(value, 'string', place)
    }
    return result
  }

  #integer(node: JsonNode, place: Place | undefined): unknown {
    if (node.type !== 'number') return this.#mismatch(node, 'int', place)
    if (!/^-?\d+$/.test(node.text)) return this.#mismatch(node, 'int', place, `number ${node.text}`)
    return Number(node.text)
  }

  #time(node: JsonNode): GoTime | undefined {
    if (node.type !== 'string') {
      this.problem ??= 'Time.UnmarshalJSON: input is not a JSON string'
      return undefined
    }
    const parsed = parseGoTime(node.value)
    if ('time' in parsed) return parsed.time
    this.problem ??= parsed.problem
    return undefined
  }

  #mismatch(node: JsonNode, type: string, place: Place | undefined, found: string = node.type): unknown {
    const target =
      place === undefined
        ? `Go value of type ${type}`
        : `Go struct field ${place.struct}.${place.path.join('.')} of type ${type}`
    this.problem ??= `json: cannot unmarshal ${found} into ${target}`
    return undefined
  }
}

function matchKey(key: string, fields: Readonly<Record<string, Shape>>): string | undefined {
  if (Object.hasOwn(fields, key)) return key
  const folded = key.toLowerCase()
  return Object.keys(fields).find((field) => field.toLowerCase() === folded)
}

/** A label may be called `__proto__`. */
function define(target: Record<string, string>, key: string, value: string): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
}

/** JSON text as Go writes it: `<`, `>` and `&` escaped. */
export function goStringify(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** A map as Go writes it: keys in the order of their bytes, also those that look like numbers. */
export function goStringifyMap(map: Readonly<Record<string, string>>): string {
  const members = Object.keys(map)
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map((key) => `${goStringify(key)}:${goStringify(map[key])}`)
  return `{${members.join(',')}}`
}
