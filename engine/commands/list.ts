import { printProblems, type PrintOptions } from './print-problems.ts'
import { loadProject, readProject } from './project.ts'
import { readHistory } from './run-history.ts'
import { selectionOf, type ScheduleOptions } from './schedule.ts'
import type { World } from './world.ts'

export interface ListOptions extends Omit<ScheduleOptions, 'shuffle' | 'repeat'>, PrintOptions {
  readonly paths: readonly string[]
  readonly json: boolean
}

/** What would run, in the order of the files. Starts nothing. Gives the exit code. */
export async function list(options: ListOptions, world: World): Promise<number> {
  const project = await readProject(world)
  const loaded = await loadProject(project, { paths: options.paths }, world)
  if (loaded.problems.length > 0) printProblems(loaded, options, world)
  const request = { options, project, history: readHistory(world), world }
  const rows = (await selectionOf(loaded.scenarios, request)).map(
    ({ id, name, file, line, tags, profile }) => ({
      id,
      name,
      file,
      line,
      tags,
      profile: profile ?? null,
    }),
  )
  if (options.json) world.stdout.write(`${JSON.stringify({ scenarios: rows }, null, 2)}\n`)
  else for (const { file, line, name } of rows) world.stdout.write(`${file}:${line}  ${name}\n`)
  if (loaded.problems.some(({ severity }) => severity === 'error')) return 2
  return rows.length === 0 ? 4 : 0
}
