/** The Redis in memory takes its time from here; the returned function restores the real one. */
export function standInForDate(now: () => number): () => void {
  const real = Object.getOwnPropertyDescriptor(Date, 'now') ?? {}
  Object.defineProperty(Date, 'now', { ...real, value: now })
  return () => Object.defineProperty(Date, 'now', real)
}
