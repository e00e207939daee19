/** A value in a short phrase for messages: `"a"`, `4`, `[1, 2]`, `{ a: 1 }`; long ones are cut. */
export function show(value: unknown): string {
  return cut(showWhole(value), 120)
}

/** Shows as little as says what is expected: strings without quotes where nothing else could be meant. */
export function showExpected(value: unknown): string {
  return typeof value === 'string' && /^[^\s"'{}[\],:]+$/.test(value) && !looksOther(value)
    ? value
    : show(value)
}

/** `a.b`, with the value itself as the empty path. */
export function joinPath(path: string, key: string | number): string {
  return path === '' ? String(key) : `${path}.${key}`
}

function showWhole(value: unknown): string {
  if (value === undefined) return 'absent'
  if (Array.isArray(value)) return `[${value.map(showWhole).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([key, member]) => `${key}: ${showWhole(member)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

function looksOther(text: string): boolean {
  return (
    text === 'null' || text === 'true' || text === 'false' || text === 'absent' || !Number.isNaN(Number(text))
  )
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}
