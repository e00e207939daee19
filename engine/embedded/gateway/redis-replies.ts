/** A reply that should be a whole number. */
export function asNumber(reply: unknown): number {
  const value = Number(reply)
  if (!Number.isFinite(value)) throw new Error(`redis: expected a number, got ${JSON.stringify(reply)}`)
  return value
}

export function asText(reply: unknown): string | undefined {
  return typeof reply === 'string' || typeof reply === 'number' ? String(reply) : undefined
}

export function asTexts(reply: unknown): string[] {
  return Array.isArray(reply) ? reply.map((item) => asText(item) ?? '') : []
}

/** A hash as its flat list of fields and values, or as the map some clients make of it. */
export function asMap(reply: unknown): Record<string, string> {
  if (typeof reply === 'object' && reply !== null && !Array.isArray(reply)) {
    return Object.fromEntries(Object.entries(reply).map(([key, value]) => [key, String(value)]))
  }
  const flat = asTexts(reply)
  const pairs = flat.flatMap((key, index) => (index % 2 === 0 ? [[key, flat[index + 1] ?? ''] as const] : []))
  return Object.fromEntries(pairs)
}

/** Seconds for EXPIRE, which knows no fractions and nothing below one. */
export function wholeSeconds(ms: number): number {
  return Math.max(1, Math.floor(ms / 1000))
}
