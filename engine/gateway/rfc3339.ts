/** Unix milliseconds → `2025-11-24T13:13:00Z`, whole seconds. */
export function rfc3339(wall: number): string {
  return new Date(Math.floor(wall / 1000) * 1000).toISOString().replace('.000Z', 'Z')
}
