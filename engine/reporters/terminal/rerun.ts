import type { PlannedScenario } from '../../events/event.ts'

/** A line to paste into a shell; with the line of the scenario where its file holds several. */
export function rerunCommand(plan: PlannedScenario, planned: readonly PlannedScenario[]): string {
  const alone = planned.every((other) => other.id === plan.id || other.file !== plan.file)
  return `npx gwscen run ${quote(alone ? plan.file : `${plan.file}:${plan.line}`)}`
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
