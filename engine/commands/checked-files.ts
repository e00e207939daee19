import { mkdirSync, readFileSync, existsSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { FileMemory } from '../scenario/file-memory.ts'
import type { World } from './world.ts'

const FILE = '.gwscen/checked.json'

/**
 * What came of the files of this folder when they were last checked, by this build and with the same `surroundings`.
 * Undefined for an engine that is no build: what it does may change from one moment to the next.
 */
export function recallChecked(
  surroundings: unknown,
  { cwd, build }: Pick<World, 'cwd' | 'build'>,
): FileMemory | undefined {
  if (build === undefined) return undefined
  return new FileMemory({
    text: textOf(resolve(cwd, FILE)),
    basis: JSON.stringify([build, surroundings]),
    cwd,
  })
}

/** Replaces the file as a whole. It saves time and nothing else: where it cannot be written, nothing is lost. */
export function rememberChecked(memory: FileMemory | undefined, { cwd }: Pick<World, 'cwd'>): void {
  const text = memory?.news(existsSync)
  if (text === undefined) return
  const file = resolve(cwd, FILE)
  const draft = `${file}.${process.pid}`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(draft, text)
    renameSync(draft, file)
  } catch {
    return
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
