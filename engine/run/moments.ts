import { isObject } from '../base/json.ts'

/** The names that metrics anywhere in these inputs count from. */
export function momentsWanted(input: unknown): ReadonlySet<string> {
  if (Array.isArray(input)) return new Set(input.flatMap((item) => [...momentsWanted(item)]))
  if (!isObject(input)) return new Set()
  const { metric, since } = input
  const own = metric !== undefined && typeof since === 'string' ? [since] : []
  return new Set([...own, ...Object.values(input).flatMap((member) => [...momentsWanted(member)])])
}
