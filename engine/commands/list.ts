import type { Scenario } from '../scenario/scenario.ts'
import { printProblems, type PrintOptions } from './print-problems.ts'
import { loadProject, readProject } from './project.ts'
import { readHistory } from './run-history.ts'
import { selectionOf, type ScheduleOptions } from './schedule.ts'
import type { World } from './world.ts'

export interface ListOptions extends Omit<ScheduleOptions, 'shuffle' | 'repeat'>, PrintOptions {
  readonly paths: readonly string[]
  readonly json: boolean
  /** Tags instead of scenarios. */
  readonly tagsOnly: boolean
  /** Nothing to list is no error. */
  readonly passWithNone: boolean
}

/** What would run, in the order of the files. Starts nothing. Gives the exit code. */
export async function list(options: ListOptions, world: World): Promise<number> {
  const project = await readProject(world)
  const loaded = await loadProject(project, { paths: options.paths }, world)
  if (loaded.problems.length > 0) printProblems(loaded, options, world)
  const request = { options, project, history: readHistory(world), world }
  const chosen = await selectionOf(loaded.scenarios, request)
  world.stdout.write(options.tagsOnly ? tagsText(chosen, options) : scenariosText(chosen, options))
  if (loaded.problems.some(({ severity }) => severity === 'error')) return 2
  return chosen.length === 0 && !options.passWithNone ? 4 : 0
}

function scenariosText(chosen: readonly Scenario[], { json }: ListOptions): string {
  const rows = chosen.map(({ id, name, file, line, tags, profile = null }) => ({
    ...{ id, name, file, line, tags, profile },
  }))
  if (json) return documentOf({ scenarios: rows })
  return rows.map(({ file, line, name }) => `${file}:${line}  ${name}\n`).join('')
}

/** What can stand in `--tags`, the most frequent first. */
function tagsText(chosen: readonly Scenario[], { json }: ListOptions): string {
  const counts = new Map<string, number>()
  for (const tag of chosen.flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  const rows = [...counts]
    .map(([tag, scenarios]) => ({ tag, scenarios }))
    .sort((a, b) => b.scenarios - a.scenarios || (a.tag < b.tag ? -1 : 1))
  if (json) return documentOf({ tags: rows })
  const width = String(rows[0]?.scenarios ?? '').length
  return rows.map(({ tag, scenarios }) => `${String(scenarios).padStart(width)}  ${tag}\n`).join('')
}

function documentOf(content: object): string {
  return `${JSON.stringify(content, null, 2)}\n`
}
