import { isObject, type JsonObject } from '../base/json.ts'
import type { Problem } from '../base/problem.ts'
import { parseDocument, type Document } from '../document/document.ts'
import { createExpressions } from '../expressions/expressions.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import { buildScenarios, type Defaults } from './build.ts'
import { checkFile } from './check-file.ts'
import { checkTemplate } from './check-template.ts'
import { discover, type Wanted } from './discover.ts'
import { fileProblem, readBelow } from './read-file.ts'
import { KnownExpressions } from './known-expressions.ts'
import { idOf, Roots, shownPath } from './roots.ts'
import type { Surroundings } from './surroundings.ts'
import { TemplateLibrary } from './template-library.ts'
import type { Scenario } from './scenario.ts'
import { describedValidators } from './validators.ts'
import { vocabularyOf } from './vocabulary.ts'

export interface LoadOptions {
  /** Files, folders, and `file.yaml:12`. */
  readonly paths: readonly string[]
  readonly cwd: string
  readonly description: GatewayDescription
  /** Profiles that a scenario may name. */
  readonly profiles: readonly string[]
  readonly config?: LoadConfig
  /** Schemas of the description's kinds, `openAPIV3Schema` of their manifests, by kind; for checks of field paths. */
  readonly fieldPaths?: Readonly<Record<string, JsonObject>>
  /** Scenarios are to be run: verbs that are only checked so far are problems. */
  readonly forRun?: boolean
}

/** What a configuration says to scenarios. */
export interface LoadConfig {
  /** The profile of scenarios that name none. */
  readonly profile?: string
  /** Tags that scenarios may carry; absent = any. */
  readonly tags?: readonly string[]
}

export interface Loaded {
  /** Those of files without errors, in the order of their files. */
  readonly scenarios: readonly Scenario[]
  /** Errors and warnings of all files, in the order of their places. */
  readonly problems: readonly Problem[]
  /** The text of every file that was read, by the name that spans use. */
  readonly sources: ReadonlyMap<string, string>
  /** How many files were looked at. */
  readonly files: number
}

/** So many files are open at once. */
const OPEN_AT_ONCE = 64

/** Reads and checks every scenario that the paths lead to. Problems are returned, all of them; nothing is thrown. */
export async function loadScenarios(options: LoadOptions): Promise<Loaded> {
  const { cwd, description } = options
  const found = await discover(options.paths, cwd)
  const validators = await describedValidators(description)
  const vocabulary = vocabularyOf(description)
  const around: Surroundings = {
    expressions: new KnownExpressions(createExpressions(vocabulary), vocabulary.roots),
    described: { description, validators },
    profiles: options.profiles,
    ...(options.config?.tags === undefined ? {} : { tags: options.config.tags }),
    fieldPaths: options.fieldPaths ?? {},
    forRun: options.forRun ?? false,
  }
  const loading = {
    cwd,
    roots: new Roots(cwd),
    library: new TemplateLibrary(cwd),
    around,
    defaults: defaultsOf(options),
  }
  const results: FileResult[] = []
  for (let at = 0; at < found.files.length; at += OPEN_AT_ONCE) {
    const some = found.files.slice(at, at + OPEN_AT_ONCE)
    results.push(...(await Promise.all(some.map((wanted) => loadFile(wanted, loading)))))
  }
  return {
    scenarios: results.flatMap(({ scenarios }) => scenarios),
    problems: [...found.problems, ...results.flatMap(({ problems }) => problems)].sort(byPlace),
    sources: new Map(results.map(({ file, text }) => [file, text])),
    files: found.files.length,
  }
}

function defaultsOf({ config, profiles, description }: LoadOptions): Defaults {
  const [only] = profiles
  const profile = config?.profile ?? (profiles.length === 1 ? only : undefined)
  return { description, ...(profile === undefined ? {} : { profile }) }
}

interface Loading {
  readonly cwd: string
  readonly roots: Roots
  readonly library: TemplateLibrary
  readonly around: Surroundings
  readonly defaults: Defaults
}

interface FileResult {
  readonly file: string
  readonly text: string
  readonly scenarios: readonly Scenario[]
  readonly problems: readonly Problem[]
}

async function loadFile(
  { path, lines }: Wanted,
  { cwd, roots, library, around, defaults }: Loading,
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
  const scenarios = slips.hasErrors
    ? []
    : buildScenarios(parsed.value, { id: idOf(root, path), defaults, lines })
  return { file, text: parsed.value.text, scenarios, problems }
}

function isTemplate({ value }: Document): boolean {
  return isObject(value) && 'template' in value
}

function byPlace(a: Problem, b: Problem): number {
  if (a.span.file !== b.span.file) return a.span.file < b.span.file ? -1 : 1
  return a.span.start - b.span.start
}
