import type { PlannedScenario } from '../events/event.ts'
import type { Scenario } from '../scenario/scenario.ts'

export interface Matched {
  /** With the ids that they have in the recording, in its order. */
  readonly matched: readonly Scenario[]
  /** Those that are not in it. */
  readonly unknown: readonly Scenario[]
}

/**
 * Finds each recorded scenario among those of today: by its id; else by its name, as an edited copy in another file has it;
 * or there is but one of each.
 */
export function matchRecorded(scenarios: readonly Scenario[], recorded: readonly PlannedScenario[]): Matched {
  const matched = recorded.flatMap((plan): readonly Scenario[] => {
    const found = counterpart(plan, scenarios, recorded)
    return found === undefined ? [] : [{ ...found, id: plan.id }]
  })
  const used = new Set(matched.map(({ file, line, case: one }) => JSON.stringify([file, line, one])))
  const unknown = scenarios.filter(
    ({ file, line, case: one }) => !used.has(JSON.stringify([file, line, one])),
  )
  return { matched, unknown }
}

function counterpart(
  { id, name }: PlannedScenario,
  scenarios: readonly Scenario[],
  recorded: readonly PlannedScenario[],
): Scenario | undefined {
  // `--repeat` numbers them.
  const byId = scenarios.find((one) => one.id === id || one.id === id.replace(/#\d+$/, ''))
  if (byId !== undefined) return byId
  const byName = scenarios.filter((one) => one.name === name)
  if (byName.length === 1) return byName[0]
  return scenarios.length === 1 && recorded.length === 1 ? scenarios[0] : undefined
}
