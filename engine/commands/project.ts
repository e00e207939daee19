import { readFile, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isObject, valueAt, type Json, type JsonObject } from '../base/json.ts'
import { parsePlain } from '../document/plain.ts'
import { builtInDescription, descriptions } from '../gateway/index.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import { readConfig, type ConfigFile } from '../scenario/config-file.ts'
import { loadScenarios, type Loaded, type LoadOptions } from '../scenario/load.ts'
import { recallChecked, rememberChecked } from './checked-files.ts'
import type { World } from './world.ts'

/** What a project's scenarios are checked against. */
export interface Project {
  readonly description: GatewayDescription
  /** Profile → the gateway's configuration file, parsed. */
  readonly configurations: Readonly<Record<string, Json>>
  readonly crds: readonly Json[]
  /** The text of the priority policy that the gateway is deployed with. */
  readonly policy: string
  readonly configFile: ConfigFile
}

/** Reads `kind/profiles/` and `kind/manifests/` of the package, and the user's configuration. */
export async function readProject({ root, cwd }: Pick<World, 'root' | 'cwd'>): Promise<Project> {
  const profiles = join(root, 'kind', 'profiles')
  const files = (await readdir(profiles)).filter((file) => file.endsWith('.yaml')).sort()
  const configurations = await Promise.all(
    files.map(async (file) => [basename(file, '.yaml'), await onlyDocument(join(profiles, file))] as const),
  )
  const configFile = readConfig(cwd, {
    descriptions: Object.keys(descriptions),
    profiles: configurations.map(([name]) => name),
  })
  const description = descriptionNamed(configFile.config.gateway)
  const manifests = Object.values(description.kinds).map(({ manifest }) =>
    join(root, 'kind', 'manifests', manifest),
  )
  return {
    description,
    configurations: Object.fromEntries(configurations),
    crds: await Promise.all(manifests.map(onlyDocument)),
    policy: await readFile(join(profiles, 'priority-table.rego'), 'utf8'),
    configFile,
  }
}

function descriptionNamed(name: string | undefined): GatewayDescription {
  const known: Readonly<Record<string, GatewayDescription>> = descriptions
  return known[name ?? ''] ?? builtInDescription
}

async function onlyDocument(file: string): Promise<Json> {
  const [document] = parsePlain(await readFile(file, 'utf8'))
  return (document ?? null) as Json
}

export interface LoadRequest {
  readonly paths: readonly string[]
  /** No scenario is built; checking is quicker without. */
  readonly problemsOnly?: boolean
}

export interface LoadedProject extends Loaded {
  /** Writes down what came of the files, so that the next load need not look at what has not changed. */
  readonly remember: () => void
}

/** Loads and checks the configuration, and scenarios against it; without paths, everything in `scenarios/`. */
export async function loadProject(
  project: Project,
  { paths, problemsOnly = false }: LoadRequest,
  world: Pick<World, 'cwd' | 'build'>,
): Promise<LoadedProject> {
  const { problems, sources } = project.configFile
  const surroundings = surroundingsOf(project)
  // Who asks for the problems wants the files looked at.
  const memory = problemsOnly
    ? undefined
    : recallChecked({ ...surroundings, description: project.description.name }, world)
  const loaded = await loadScenarios({
    ...surroundings,
    paths: paths.length === 0 ? ['scenarios'] : paths,
    cwd: world.cwd,
    problemsOnly,
    ...(memory === undefined ? {} : { memory }),
  })
  return {
    ...loaded,
    problems: [...problems, ...loaded.problems],
    sources: new Map([...sources, ...loaded.sources]),
    remember: () => rememberChecked(memory, world),
  }
}

function surroundingsOf(
  project: Project,
): Pick<LoadOptions, 'description' | 'profiles' | 'config' | 'fieldPaths'> {
  const { config } = project.configFile
  const { profile, tags, allowedKinds } = config
  return {
    description: project.description,
    profiles: [...new Set([...Object.keys(project.configurations), ...Object.keys(config.profiles ?? {})])],
    config: {
      allowedKinds,
      ...(profile === undefined ? {} : { profile }),
      ...(tags === undefined ? {} : { tags }),
    },
    fieldPaths: fieldSchemas(project),
  }
}

/** Kind → `openAPIV3Schema` of the version the description speaks. */
function fieldSchemas({ description, crds }: Project): Readonly<Record<string, JsonObject>> {
  const found = Object.entries(description.kinds).flatMap(([name, { type }]) => {
    const crd = crds.find((one) => valueAt(one, ['spec', 'names', 'kind']) === type.kind)
    const versions = valueAt(crd, ['spec', 'versions'])
    const version: unknown = Array.isArray(versions)
      ? versions.find((one) => valueAt(one, ['name']) === type.version)
      : undefined
    const schema = valueAt(version, ['schema', 'openAPIV3Schema'])
    return isObject(schema) ? [[name, schema as JsonObject] as const] : []
  })
  return Object.fromEntries(found)
}
