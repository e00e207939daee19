import { isObject } from '../base/json.ts'
import type { Problem } from '../base/problem.ts'
import { parseDocument, type Document } from '../document/document.ts'
import { buildScenarios } from './build.ts'
import { checkFile } from './check-file.ts'
import { checkTemplate } from './check-template.ts'
import type { Wanted } from './discover.ts'
import { fileProblem, readBelow } from './read-file.ts'
import { idOf, shownPath, type Roots } from './roots.ts'
import type { Scenario } from './scenario.ts'
import type { Surroundings } from './surroundings.ts'
import type { TemplateLibrary, UsedScript } from './template-library.ts'

/** What the files of one load share. */
export interface Loading {
  readonly cwd: string
  readonly roots: Roots
  readonly library: TemplateLibrary
  readonly around: Surroundings
}

export interface FileResult {
  readonly file: string
  readonly text: string
  readonly scenarios: readonly Scenario[]
  readonly problems: readonly Problem[]
  /** Templates that were read on the way. */
  readonly templates?: readonly TemplateResult[]
}

export interface TemplateResult {
  readonly file: string
  readonly text: string
  /** Errors alone: what is only worth a warning is told when the template itself is loaded. */
  readonly errors: readonly Problem[]
}

/** Reads and checks one file. */
export async function loadFile(
  { path, lines }: Wanted,
  { cwd, roots, library, around }: Loading,
): Promise<FileResult> {
  const file = shownPath(cwd, path)
  const root = await roots.rootOf(path)
  const bytes = await readBelow(root, path)
  if ('code' in bytes) return { file, text: '', scenarios: [], problems: [fileProblem(file, bytes)] }
  const text = bytes.toString('utf8')
  const parsed = parseDocument(file, bytes)
  if (!parsed.ok) return { file, text, scenarios: [], problems: parsed.problems }
  const used = await library.usedBy({ path, root, value: parsed.value.value })
  if (isTemplate(parsed.value)) {
    return { file, text, scenarios: [], problems: checkTemplate(parsed.value, around, used).problems() }
  }
  const slips = checkFile(parsed.value, around, used)
  const problems = slips.problems()
  const templates = [...used.scripts.values()].map((script) => checkScript(script, around))
  const isSound = !slips.hasErrors && templates.every(({ errors }) => errors.length === 0)
  const scenarios = isSound ? buildScenarios(parsed.value, { id: idOf(root, path), around, lines, used }) : []
  return { file, text: parsed.value.text, scenarios, problems, templates }
}

function checkScript({ document, used }: UsedScript, around: Surroundings): TemplateResult {
  const problems = checkTemplate(document, around, used).problems()
  const errors = problems.filter(({ severity }) => severity === 'error')
  return { file: document.file, text: document.text, errors }
}

function isTemplate({ value }: Document): boolean {
  return isObject(value) && 'template' in value
}
