import type { JsonObject } from '../base/json.ts'
import type { Problem } from '../base/problem.ts'
import { createExpressions } from '../expressions/expressions.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import { discover } from './discover.ts'
import type { FileMemory } from './file-memory.ts'
import { KnownExpressions } from './known-expressions.ts'
import { loadFile, type FileResult } from './load-file.ts'
import { fileProblem } from './read-file.ts'
import { Roots } from './roots.ts'
import type { Scenario } from './scenario.ts'
import type { Surroundings } from './surroundings.ts'
import { TemplateLibrary } from './template-library.ts'
import { describedValidators } from './described-validators.ts'
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
  /** Only problems are wanted; no scenario is built. */
  readonly problemsOnly?: boolean
  /** Of earlier loads, with the same surroundings; absent: every file is looked at. Not together with `problemsOnly`. */
  readonly memory?: FileMemory
}

/** What a configuration says to scenarios. */
export interface LoadConfig {
  /** Kinds that scenarios may write, beside those of the gateway and ConfigMaps. */
  readonly allowedKinds?: readonly string[]
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

/** Reads and checks every scenario that the paths lead to. Problems are returned, all of them; nothing is thrown. */
export async function loadScenarios(options: LoadOptions): Promise<Loaded> {
  const { cwd } = options
  const found = await discover(options.paths, cwd)
  let around: Promise<Surroundings> | undefined
  const loading = {
    cwd,
    roots: new Roots(cwd),
    library: new TemplateLibrary(cwd),
    // Not made for files that have not changed.
    around: () => (around ??= surroundingsOf(options)),
    ...(options.memory === undefined ? {} : { memory: options.memory }),
    checkedTemplates: new Map(),
    problemsOnly: options.problemsOnly ?? false,
  }
  const results: FileResult[] = []
  for (const wanted of found.files) results.push(await loadFile(wanted, loading))
  const scenarios = results.flatMap((result) => result.scenarios)
  const problems = [
    ...found.problems,
    ...results.flatMap((result) => result.problems),
    ...templateErrors(results),
    ...twins(results),
  ]
  return {
    scenarios,
    problems: problems.sort(byPlace),
    sources: new Map(
      results
        .flatMap(({ file, text, templates = [] }) => [{ file, text }, ...templates])
        .map((one) => [one.file, one.text]),
    ),
    files: found.files.length,
  }
}

async function surroundingsOf(options: LoadOptions): Promise<Surroundings> {
  const { description, config, profiles } = options
  const vocabulary = vocabularyOf(description)
  const profile = config?.profile ?? (profiles.length === 1 ? profiles[0] : undefined)
  return {
    expressions: new KnownExpressions(createExpressions(vocabulary), vocabulary.roots),
    described: { description, validators: await describedValidators(description) },
    profiles,
    ...(profile === undefined ? {} : { profile }),
    ...(config?.tags === undefined ? {} : { tags: config.tags }),
    allowedKinds: config?.allowedKinds ?? [],
    fieldPaths: options.fieldPaths ?? {},
  }
}

/** Of templates that are used and were not asked for themselves, each once. */
function templateErrors(results: readonly FileResult[]): readonly Problem[] {
  const loaded = new Set(results.map(({ file }) => file))
  const used = new Map(
    results.flatMap(({ templates = [] }) => templates).map((one) => [one.file, one.errors]),
  )
  return [...used].flatMap(([file, errors]) => (loaded.has(file) ? [] : errors))
}

/** `x.yaml` and `x.yml` in one folder have one id. */
function twins(results: readonly FileResult[]): readonly Problem[] {
  const files = new Map<string, string>()
  return results.flatMap(({ id, file }) => {
    if (id === undefined) return []
    const other = files.get(id)
    files.set(id, other ?? file)
    if (other === undefined) return []
    return [
      fileProblem(
        file,
        { code: 'DUPLICATE_ID', message: `has the id ${id}, which ${other} has already` },
        'rename one of the two',
      ),
    ]
  })
}

function byPlace(a: Problem, b: Problem): number {
  if (a.span.file !== b.span.file) return a.span.file < b.span.file ? -1 : 1
  return a.span.start - b.span.start
}
