/** Characters of a text, elements of a list, keys of a map; undefined for what has no size. */
export function sizeOf(value: unknown): number | undefined {
  if (typeof value === 'string') return Array.from(value).length
  if (Array.isArray(value)) return value.length
  return typeof value === 'object' && value !== null ? Object.keys(value).length : undefined
}
