import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { LanguageServer, type Diagnostic } from './language-server.ts'
import { withCursor, type Position } from './cursor.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')

/** Nothing is fetched in tests; an editor would fetch its catalogue of schemas. */
const OFFLINE = { schemaStore: { enable: false }, kubernetesCRDStore: { enable: false } }

/** This repository as an editor has it open, with the settings in `.vscode/`. */
export async function openWorkspace(): Promise<LanguageServer> {
  const text = await readFile(join(ROOT, '.vscode', 'settings.json'), 'utf8')
  const settings = JSON.parse(text) as Readonly<Record<string, unknown>>
  const yaml = Object.entries(settings).map(([key, value]) => [key.replace(/^yaml\./, ''), value])
  return LanguageServer.start({
    workspace: ROOT,
    settings: {
      yaml: { ...OFFLINE, validate: true, hover: true, completion: true, ...Object.fromEntries(yaml) },
    },
  })
}

/** The address of a file of the repository. */
export function addressOf(file: string): string {
  return pathToFileURL(join(ROOT, file)).href
}

/** The head of a scenario as the shipped files have it; what is below `steps:` is added. */
export const SCENARIO_HEAD = [
  '# yaml-language-server: $schema=../../schemas/scenario.schema.json',
  'name: A repeat is counted',
  'gateway: dedup',
  'steps:',
  '',
].join('\n')

let made = 0

/** A file that is nowhere on disk, in a folder of `scenarios/`. */
export function freshAddress(folder = 'dedup'): string {
  made += 1
  return addressOf(`scenarios/${folder}/in-an-editor-${made}.yaml`)
}

export interface AtCursor {
  readonly uri: string
  readonly position: Position
  readonly diagnostics: readonly Diagnostic[]
}

/** Opens a scenario whose steps have the cursor `▮` somewhere. */
export async function openSteps(server: LanguageServer, marked: string): Promise<AtCursor> {
  const { text, position } = withCursor(`${SCENARIO_HEAD}${marked}\n`)
  const uri = freshAddress()
  return { uri, position, diagnostics: await server.open(uri, text) }
}
