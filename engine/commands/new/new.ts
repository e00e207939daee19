import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { describeError } from '../../base/failure.ts'
import type { Json } from '../../base/json.ts'
import { parsePlain } from '../../document/plain.ts'
import { printProblems } from '../print-problems.ts'
import { loadProject, readProject, type Project } from '../project.ts'
import { UsageError } from '../usage-error.ts'
import type { World } from '../world.ts'
import { draftOfCurl } from './from-curl.ts'
import { draftOfSignals, signalsIn, type Around } from './from-signals.ts'
import { kindText } from './kinds.ts'
import { newPath } from './new-path.ts'
import { draftText, renamed, type Draft } from './scenario-text.ts'

export interface NewOptions {
  /** A path below `scenarios/`, or a sentence. */
  readonly name: string
  readonly kind?: string
  /** Files; `-` is standard input. */
  readonly fromAlert?: string
  readonly fromCurl?: string
}

/** Writes a scenario to go on with; never over a file that is there. Gives the exit code. */
export async function newScenario(options: NewOptions, world: World): Promise<number> {
  const sources = [options.kind, options.fromAlert, options.fromCurl].filter((one) => one !== undefined)
  if (sources.length > 1)
    throw new UsageError('new: only one of --kind, --from-alert and --from-curl makes sense')
  const { path, title } = newPath(options.name, world.cwd)
  const file = relative(world.cwd, path)
  const project = await readProject(world)
  const text = renamed(await textFor(options, project, world), title)
  await writeNew(path, `${schemaLine(path, world)}\n${text}`, file)
  const loaded = await loadProject(project, { paths: [file] }, world)
  if (loaded.problems.length > 0) printProblems(loaded, {}, world)
  world.stdout.write(`wrote ${file}\n\n  npx gwscen run ${file}\n`)
  return loaded.problems.some(({ severity }) => severity === 'error') ? 2 : 0
}

async function textFor(options: NewOptions, project: Project, world: World): Promise<string> {
  const { kind = 'dedup', fromAlert, fromCurl } = options
  const around = { description: project.description, profile: profileOf(project) }
  if (fromAlert !== undefined) return draftText(await draftOfAlert(fromAlert, around, world))
  if (fromCurl !== undefined) return draftText(draftOfCurl(await inputOf(fromCurl, world), around))
  return kindText(kind, world.root)
}

async function draftOfAlert(source: string, around: Around, world: World): Promise<Draft> {
  const text = await inputOf(source, world)
  const shown = source === '-' ? 'standard input' : source
  const { alert } = around.description.signals
  if (alert === undefined) throw new UsageError(`new: ${around.description.name} takes no alerts`)
  return draftOfSignals(
    signalsIn(parseJson(text, shown), { key: 'alert', signal: alert, source: shown }),
    around,
  )
}

/** Where alerts are taken one by one, if there is such a profile. */
function profileOf({ configFile, configurations }: Project): string {
  const known = Object.keys(configurations)
  return known.includes('dedup') ? 'dedup' : (configFile.config.profile ?? known[0] ?? 'none')
}

async function inputOf(source: string, { cwd, readInput }: World): Promise<string> {
  if (source === '-') return readInput()
  try {
    return await readFile(resolve(cwd, source), 'utf8')
  } catch (error) {
    throw new UsageError(`new: ${source} cannot be read: ${describeError(error)}`)
  }
}

function parseJson(text: string, source: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    throw new UsageError(`new: ${source}${placeIn(text, error)} is no JSON: ${describeError(error)}`)
  }
}

/** `:3:14`, where a parser says how far it came: that of JSON does not always. */
function placeIn(text: string, error: unknown): string {
  const [, offset] = /position (\d+)/.exec(describeError(error)) ?? []
  if (offset !== undefined) {
    const before = text.slice(0, Number(offset)).split('\n')
    return `:${before.length}:${(before.at(-1) ?? '').length + 1}`
  }
  try {
    parsePlain(text)
    return ''
  } catch (wrong) {
    const [place] = /^\d+:\d+/.exec(describeError(wrong)) ?? []
    return place === undefined ? '' : `:${place}`
  }
}

/** Tells editors which schema the file has. */
function schemaLine(path: string, { cwd, root }: World): string {
  const below = relative(cwd, root)
  const gwscen = below.startsWith('..') ? join(cwd, 'node_modules', 'gwscen') : root
  const schema = relative(dirname(path), join(gwscen, 'schemas', 'scenario.schema.json'))
  return `# yaml-language-server: $schema=${schema}`
}

async function writeNew(path: string, text: string, file: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text, { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new UsageError(`new: ${file} is there already, and is left as it is; choose another name`)
    throw new UsageError(`new: ${file} cannot be written: ${describeError(error)}`)
  }
}
