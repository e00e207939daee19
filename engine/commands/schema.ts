import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { World } from './world.ts'

export const schemaNames = ['scenario', 'config', 'template', 'events'] as const

export type SchemaName = (typeof schemaNames)[number]

/** Prints a JSON schema, for editors or for readers of the log, as it lies in `schemas/`. */
export async function schema(name: SchemaName, world: World): Promise<number> {
  world.stdout.write(await readFile(join(world.root, 'schemas', `${name}.schema.json`), 'utf8'))
  return 0
}
