import { select, type Selection } from '../plan/select.ts'
import { printProblems, type PrintOptions } from './print-problems.ts'
import { loadProject, readProject } from './project.ts'
import type { World } from './world.ts'

export interface ListOptions extends Selection, PrintOptions {
  readonly paths: readonly string[]
  readonly json: boolean
}

/** What would run, in the order of the files. Starts nothing. Gives the exit code. */
export async function list(options: ListOptions, world: World): Promise<number> {
  const project = await readProject(world)
  const loaded = await loadProject(project, { paths: options.paths }, world)
  if (loaded.problems.length > 0) printProblems(loaded, options, world)
  const rows = select(loaded.scenarios, options).map(({ id, name, file, line, tags, profile }) => ({
    id,
    name,
    file,
    line,
    tags,
    profile: profile ?? null,
  }))
  if (options.json) world.stdout.write(`${JSON.stringify({ scenarios: rows }, null, 2)}\n`)
  else for (const { file, line, name } of rows) world.stdout.write(`${file}:${line}  ${name}\n`)
  if (loaded.problems.some(({ severity }) => severity === 'error')) return 2
  return rows.length === 0 ? 4 : 0
}
