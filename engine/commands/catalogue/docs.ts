import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { describeError } from '../../base/failure.ts'
import { printProblems } from '../print-problems.ts'
import { loadProject, readProject } from '../project.ts'
import type { World } from '../world.ts'
import { catalogueHtml } from './catalogue-html.ts'
import { catalogueMarkdown } from './catalogue-markdown.ts'
import { catalogueOf, countsOf, type Grouping } from './catalogue.ts'

export interface DocsOptions {
  readonly paths: readonly string[]
  readonly format: 'markdown' | 'html'
  readonly by: Grouping
  /** A file; standard output unless given. */
  readonly out?: string
}

/** Writes the catalogue of all scenarios; starts nothing. Gives the exit code. */
export async function docs({ paths, format, by, out }: DocsOptions, world: World): Promise<number> {
  const project = await readProject(world)
  const loaded = await loadProject(project, { paths }, world)
  if (loaded.problems.length > 0) printProblems(loaded, {}, world)
  if (loaded.problems.some(({ severity }) => severity === 'error')) return 2
  if (loaded.scenarios.length === 0) return 4
  const catalogue = catalogueOf(loaded.scenarios, by)
  const text = format === 'html' ? catalogueHtml(catalogue) : catalogueMarkdown(catalogue)
  if (out === undefined) {
    world.stdout.write(text)
    return 0
  }
  try {
    const path = resolve(world.cwd, out)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  } catch (error) {
    world.stderr.write(`gwscen: docs: ${out} could not be written: ${describeError(error)}\n`)
    return 74
  }
  world.stdout.write(`wrote ${out}: ${countsOf(catalogue)}\n`)
  return 0
}
