import { SHORTEST_SECRET } from '../events/mask-text.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { UsageError } from './usage-error.ts'
import type { World } from './world.ts'

/**
 * The values of the environment variables that scenarios list and that are set. Throws a usage error for one that is too
 * short to be hidden wherever it turns up.
 */
export function declaredEnv(
  scenarios: readonly Scenario[],
  env: World['env'],
): Readonly<Record<string, string>> {
  const values: Record<string, string> = {}
  for (const scenario of scenarios) {
    for (const name of scenario.env) {
      const value = env[name]
      if (value === undefined) continue
      if (value.length < SHORTEST_SECRET) throw new UsageError(tooShort(name, value, scenario))
      values[name] = value
    }
  }
  return values
}

function tooShort(name: string, { length }: string, { file, line }: Scenario): string {
  const has = length === 0 ? 'is empty' : `has ${length === 1 ? 'one character' : `${length} characters`}`
  return `${file}:${line}: the value of ${name} ${has}; what \`env\` lists is hidden in all output, which takes at least ${SHORTEST_SECRET}`
}
