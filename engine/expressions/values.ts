import { Duration } from '@marcbachmann/cel-js/evaluator'

import type { Json } from '../base/json.ts'
import { showDuration } from './durations.ts'
import type { CelMap, CelValue } from './types.ts'

/** Deeper than any reply that makes sense, and far from the end of the stack. */
const MOST_LEVELS = 500

/**
 * JSON (and durations, dates, bytes) as expressions see it: whole numbers become int, members without a value are
 * left out. Do it once, when a value is stored. Throws a TypeError for a function, an instance of a class, or more
 * than 500 levels.
 */
export function toCel(value: unknown): CelValue {
  return converted(value, MOST_LEVELS)
}

function converted(value: unknown, levels: number): CelValue {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return value
  if (value === null || value === undefined) return null
  if (value instanceof Duration || value instanceof Date || value instanceof Uint8Array) return value
  if (levels === 0) throw new TypeError(`expressions cannot hold more than ${MOST_LEVELS} levels`)
  if (Array.isArray(value)) return value.map((item) => converted(item, levels - 1))
  if (isPlain(value)) return celMap(membersOf(value, levels - 1))
  throw new TypeError(`expressions cannot hold ${nameOf(value)}`)
}

/**
 * What an expression gave, as JSON: durations as `1.5s`, timestamps as RFC 3339, bytes as base64, ints as numbers.
 * Throws an Error for what JSON cannot say: an int beyond 2^53, an infinite number, a type, an empty optional.
 */
export function fromCel(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return safeNumber(value)
  if (typeof value === 'number') return finite(value)
  if (Array.isArray(value) || value instanceof Set) return Array.from(value as Iterable<unknown>, fromCel)
  if (value instanceof Duration) return showDuration(value)
  if (value instanceof Date) return showTimestamp(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (value instanceof Map) return objectOf([...(value as Map<unknown, unknown>)])
  if (isPlain(value)) return objectOf(Object.entries(value))
  throw new Error(`expected a value that JSON can say, got ${nameOf(value)}`)
}

/** Whether an evaluation gave something that can be stored and used further; members are not looked at. */
export function isUsable(value: unknown): value is CelValue {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null)
    return typeof value !== 'function' && typeof value !== 'symbol'
  if (Array.isArray(value) || value instanceof Map || value instanceof Set) return true
  return value instanceof Duration || value instanceof Date || value instanceof Uint8Array || isPlain(value)
}

/** A value inside a longer text: strings as they are, everything else in its JSON form. */
export function textOf(value: unknown): string {
  const json = fromCel(value)
  return typeof json === 'string' ? json : JSON.stringify(json)
}

/** RFC 3339 in UTC, with milliseconds when there are any. */
export function showTimestamp(time: Date): string {
  if (Number.isNaN(time.getTime())) throw new Error('a timestamp outside the calendar')
  return time.toISOString().replace('.000Z', 'Z')
}

/** The library tells types by `constructor`, so data with a member of that name goes into a Map. */
export function celMap(members: readonly (readonly [string, CelValue])[]): CelMap {
  if (members.some(([key]) => key === 'constructor')) return new Map(members)
  const map = Object.create(null) as Record<string, CelValue>
  for (const [key, member] of members) map[key] = member
  return map
}

function membersOf(
  value: Readonly<Record<string, unknown>>,
  levels: number,
): (readonly [string, CelValue])[] {
  const present = Object.entries(value).filter(([, member]) => member !== undefined)
  return present.map(([key, member]) => [key, converted(member, levels)])
}

/** Own properties whatever their name: a reply of a gateway may hold `__proto__` as data. */
function objectOf(entries: readonly (readonly [unknown, unknown])[]): Json {
  return Object.fromEntries(entries.map(([key, member]) => [textOf(key), fromCel(member)]))
}

function safeNumber(value: bigint): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new Error(`${value} is beyond 2^53`)
  return number
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new Error(`${value}: expected a finite number`)
  return value
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

/** What a value is called that no scenario can use. */
export function nameOf(value: unknown): string {
  if (typeof value === 'number') return `${value}`
  if (typeof value !== 'object' || value === null) return `a ${typeof value}`
  const { name } = value.constructor
  return NAMES[name] ?? `a ${name.toLowerCase()}`
}

const NAMES: Readonly<Record<string, string>> = {
  UnsignedInt: 'an unsigned int (1u)',
  Optional: 'an optional, which needs .orValue(…)',
}
