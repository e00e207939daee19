import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Problem } from '../base/problem.ts'
import { problemFormats, type ProblemFormat } from '../reporters/problem-formats.ts'
import { applyFixes } from '../scenario/fixes.ts'
import type { Loaded } from '../scenario/load.ts'
import { printProblems, type PrintOptions } from './print-problems.ts'
import { loadProject, readProject, type Project } from './project.ts'
import type { World } from './world.ts'

export interface ValidateOptions extends PrintOptions {
  readonly paths: readonly string[]
  readonly format: 'text' | ProblemFormat
  /** Mends what a suggestion makes certain. */
  readonly fix: boolean
}

/** All problems of all files; starts nothing. Gives 0, also with warnings, or 2. */
export async function validate(options: ValidateOptions, world: World): Promise<number> {
  const project = await readProject(world)
  const first = await load(project, options, world)
  const loaded = options.fix && (await mend(first, world)) > 0 ? await load(project, options, world) : first
  if (options.format === 'text') printProblems(loaded, options, { ...world, stderr: world.stdout })
  else {
    const report = { problems: loaded.problems, files: loaded.files, version: world.version }
    world.stdout.write(problemFormats[options.format](report))
  }
  return loaded.problems.some(({ severity }) => severity === 'error') ? 2 : 0
}

function load(project: Project, { paths }: ValidateOptions, world: World): Promise<Loaded> {
  return loadProject(project, { paths, problemsOnly: true }, world)
}

/** Rewrites the files that have certain fixes; everything else in them stays byte for byte. Gives how many places. */
async function mend({ problems }: Loaded, world: World): Promise<number> {
  const fixable = problems.filter(({ fix }) => fix !== undefined)
  const byFile = new Map<string, Problem[]>()
  for (const problem of fixable)
    byFile.set(problem.span.file, [...(byFile.get(problem.span.file) ?? []), problem])
  let count = 0
  for (const [file, ofFile] of byFile) {
    const path = resolve(world.cwd, file)
    const before = await readFile(path, 'utf8')
    const { text, applied } = applyFixes(before, ofFile)
    await writeFile(path, text)
    count += applied
    world.stderr.write(`${file}: mended ${applied} ${applied === 1 ? 'place' : 'places'}\n`)
  }
  return count
}
