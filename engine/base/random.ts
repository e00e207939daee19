/** A seeded source of chance: the same seed gives the same sequence on every machine. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** A whole number in [0, below). */
  below(limit: number): number
  /** `length` characters of `[a-z0-9]`. */
  word(length: number): string
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** 32-bit FNV-1a, to make seeds out of names. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return hash >>> 0
}

/** Mulberry32 over the hash of the given parts. */
export function randomFrom(...parts: readonly (string | number)[]): Random {
  // Most are made for what may come, and never asked.
  let state: number | undefined
  const next = (): number => {
    state = ((state ?? hash32(parts.join('\u0000'))) + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  const word = (length: number): string =>
    Array.from({ length }, () => LETTERS.charAt(below(LETTERS.length))).join('')
  return { next, below, word }
}

/** A new array in an order that the source decides (Fisher–Yates). */
export function shuffle<T>(items: readonly T[], random: Random): T[] {
  const result = [...items]
  for (let index = result.length - 1; index > 0; index -= 1) {
    const other = random.below(index + 1)
    const held = result[index] as T
    result[index] = result[other] as T
    result[other] = held
  }
  return result
}
