import { isObject } from '../base/json.ts'
import type { Problem } from '../base/problem.ts'
import { parseDocument, type Document } from '../document/document.ts'
import { buildScenarios } from './build.ts'
import { checkFile } from './check-file.ts'
import { checkTemplate } from './check-template.ts'
import type { Wanted } from './discover.ts'
import { fileProblem, readBelow } from './read-file.ts'
import type { FileMemory } from './file-memory.ts'
import { idOf, shownPath, type Roots } from './roots.ts'
import type { Scenario } from './scenario.ts'
import type { Surroundings } from './surroundings.ts'
import type { TemplateLibrary, UsedScript, UsedTemplates } from './template-library.ts'

/** What the files of one load share. */
export interface Loading {
  readonly cwd: string
  readonly roots: Roots
  readonly library: TemplateLibrary
  readonly around: () => Promise<Surroundings>
  /** Absent: every file is looked at. */
  readonly memory?: FileMemory
  /** Templates that files used, by their names; each is checked once. */
  readonly checkedTemplates: Map<string, TemplateResult>
  /** No scenario is to be built. */
  readonly problemsOnly: boolean
}

export interface FileResult {
  readonly file: string
  /** Of a scenario file without errors. */
  readonly id?: string
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

/** Reads and checks one file, unless it was checked before and nothing has changed. */
export async function loadFile({ path, lines }: Wanted, loading: Loading): Promise<FileResult> {
  const { cwd, roots, library, memory } = loading
  const file = shownPath(cwd, path)
  const root = await roots.rootOf(path)
  const bytes = readBelow(root, path)
  if ('code' in bytes) return { file, text: '', scenarios: [], problems: [fileProblem(file, bytes)] }
  const key = { path, file, root, lines, bytes }
  const known = memory?.recall(key)
  if (known !== undefined) return known
  const parsed = parseDocument(file, bytes)
  if (!parsed.ok) return { file, text: bytes.toString('utf8'), scenarios: [], problems: parsed.problems }
  const used = library.usedBy({ path, root, value: parsed.value.value })
  const read = { document: parsed.value, used, lines, root, path }
  const result = checkRead(read, await loading.around(), loading)
  if (isWhole(result, used)) memory?.keep(key, result, digestsOf(used))
  return result
}

/** Whether nothing that it reaches is amiss: another file may mend that. */
function isWhole({ templates = [] }: FileResult, { scripts }: UsedTemplates): boolean {
  return (
    templates.every(({ errors }) => errors.length === 0) &&
    [...scripts.values()].every(({ used }) => used.slips.length === 0)
  )
}

interface ReadFile extends Wanted {
  readonly document: Document
  readonly root: string
  readonly used: UsedTemplates
}

function checkRead(
  { document, used, lines, root, path }: ReadFile,
  around: Surroundings,
  loading: Loading,
): FileResult {
  const { file, text } = document
  if (isTemplate(document))
    return { file, text, scenarios: [], problems: checkTemplate(document, around, used).problems() }
  const slips = checkFile(document, around, used)
  const problems = slips.problems()
  const templates = [...used.scripts.values()].map((script) => checkScript(script, around, loading))
  const isSound = !slips.hasErrors && templates.every(({ errors }) => errors.length === 0)
  const checked = { file, text, problems, templates }
  if (!isSound) return { ...checked, scenarios: [] }
  const id = idOf(root, path)
  const scenarios = loading.problemsOnly ? [] : buildScenarios(document, { id, around, lines, used })
  return { ...checked, id, scenarios }
}

function digestsOf({ scripts }: UsedTemplates): Readonly<Record<string, string>> {
  return Object.fromEntries([...scripts].map(([file, { digest }]) => [file, digest]))
}

function checkScript(
  { document, used }: UsedScript,
  around: Surroundings,
  { checkedTemplates }: Loading,
): TemplateResult {
  const { file, text } = document
  const known = checkedTemplates.get(file)
  if (known !== undefined) return known
  const problems = checkTemplate(document, around, used).problems()
  const result = { file, text, errors: problems.filter(({ severity }) => severity === 'error') }
  checkedTemplates.set(file, result)
  return result
}

function isTemplate({ value }: Document): boolean {
  return isObject(value) && 'template' in value
}
