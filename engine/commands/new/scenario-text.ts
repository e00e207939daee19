import type { Json, JsonObject } from '../../base/json.ts'
import { formatYaml } from '../../document/plain.ts'

/** A scenario that is not yet text. What it holds is literal but for texts made by `expression`. */
export interface Draft {
  readonly name: string
  /** Lines above the scenario, for what its author should know. */
  readonly remarks: readonly string[]
  /** Everything but the name, in its order. */
  readonly rest: JsonObject
}

export function draftText({ name, remarks, rest }: Draft): string {
  const [scenario] = formatYaml({ name, ...rest }).split('\n...\n')
  const parts = (scenario ?? '').replace(/^steps:\n/m, '\nsteps:\n').replaceAll(/\n( {2}- name: )/g, '\n\n$1')
  return [...remarks.map((remark) => `# ${remark}`), parts.replace('steps:\n\n', 'steps:\n')].join('\n')
}

/** Text that means itself, also where it holds a `${`. */
export function literal(value: Json): Json {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${')
  if (Array.isArray(value)) return value.map(literal)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, literal(each)]))
}

/** The text of a file with another name on its line. */
export function renamed(text: string, title: string | undefined): string {
  return title === undefined
    ? text
    : text.replace(/^name: .*$/m, () => formatYaml({ name: literal(title) }).trimEnd())
}
