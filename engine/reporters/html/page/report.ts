import { isObject } from '../../../base/json.ts'
import type { PageIndex, ScenarioRow, ScenarioStory } from '../model.ts'
import { readChunk, readIndex } from './packed.ts'

/** What the document holds. */
export interface Report extends PageIndex {
  readonly byId: ReadonlyMap<string, ScenarioRow>
}

export async function readReport(): Promise<Report> {
  const index = (await readIndex()) as PageIndex
  return { ...index, byId: new Map(index.scenarios.map((row) => [row.id, row])) }
}

/** Undefined for a scenario that never began. */
export async function storyOf({ id, chunk }: ScenarioRow): Promise<ScenarioStory | undefined> {
  if (chunk === undefined) return undefined
  return valueOf(await readChunk(chunk), `scenario:${id}`) as ScenarioStory | undefined
}

/** The text of a file when the run began; undefined when nobody read it. */
export async function sourceOf({ files }: Report, file: string): Promise<string | undefined> {
  const chunk = Object.hasOwn(files, file) ? files[file] : undefined
  if (chunk === undefined) return undefined
  return valueOf(await readChunk(chunk), `file:${file}`) as string | undefined
}

function valueOf(chunk: unknown, key: string): unknown {
  return isObject(chunk) && Object.hasOwn(chunk, key) ? chunk[key] : undefined
}
