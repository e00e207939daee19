import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isObject, valueAt, type JsonObject } from '../../base/json.ts'
import { parsePlain } from '../../document/plain.ts'
import { builtInDescription } from '../../gateway/index.ts'
import { readConfig, type ConfigFile } from '../config-file.ts'
import { loadScenarios, type Loaded, type LoadOptions } from '../load.ts'

const MANIFESTS = join(import.meta.dirname, '..', '..', '..', 'kind', 'manifests')

/** Loads with what a usual project gives: the built-in gateway, two profiles, the schemas of its kinds. */
export async function loadUsual(
  cwd: string,
  paths: readonly string[],
  more: Partial<LoadOptions> = {},
): Promise<Loaded> {
  return loadScenarios({
    paths,
    cwd,
    description: builtInDescription,
    profiles: ['dedup', 'storm'],
    config: { profile: 'dedup' },
    fieldPaths: await fieldPaths(),
    ...more,
  })
}

/** The configuration of a folder, with the profiles of the usual project. */
export function readUsualConfig(cwd: string): ConfigFile {
  return readConfig(cwd, { descriptions: [builtInDescription.name], profiles: ['dedup', 'storm'] })
}

export async function fieldPaths(): Promise<Readonly<Record<string, JsonObject>>> {
  const kinds = Object.entries(builtInDescription.kinds).map(async ([kind, { manifest }]) => {
    const [crd] = parsePlain(await readFile(join(MANIFESTS, manifest), 'utf8'))
    const schema = valueAt(crd, ['spec', 'versions', 0, 'schema', 'openAPIV3Schema'])
    if (!isObject(schema)) throw new Error(`${manifest} has no schema`)
    return [kind, schema as JsonObject] as const
  })
  return Object.fromEntries(await Promise.all(kinds))
}
