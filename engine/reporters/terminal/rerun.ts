import type { PlannedScenario } from '../../events/event.ts'

/** A line to paste into a shell; with the line of the scenario where its file holds several. */
export function rerunCommand(plan: PlannedScenario, planned: readonly PlannedScenario[]): string {
  const alone = countsOf(planned).get(plan.file) === 1
  return `npx gwscen run ${quote(alone ? plan.file : `${plan.file}:${plan.line}`)}`
}

/** Counted once for each plan, which never changes: ten thousand failures must not each go through the whole suite. */
const counts = new WeakMap<readonly PlannedScenario[], ReadonlyMap<string, number>>()

/** How many scenarios each file holds. */
function countsOf(planned: readonly PlannedScenario[]): ReadonlyMap<string, number> {
  const known = counts.get(planned)
  if (known !== undefined) return known
  const made = new Map<string, number>()
  for (const { file } of planned) made.set(file, (made.get(file) ?? 0) + 1)
  counts.set(planned, made)
  return made
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
