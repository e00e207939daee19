import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { glob } from 'tinyglobby'
import type { Problem } from '../base/problem.ts'
import { suggest } from '../base/suggest.ts'
import { fileProblem } from './read-file.ts'
import { CONFIG_FILE, shownPath } from './roots.ts'

export interface Found {
  /** Absolute, sorted, each once. */
  readonly files: readonly Wanted[]
  readonly problems: readonly Problem[]
}

export interface Wanted {
  readonly path: string
  /** Of `file.yaml:12`: only the case on this line is wanted. */
  readonly lines: readonly number[]
}

/** The files that paths of files, of folders, and `file.yaml:12` lead to. */
export async function discover(paths: readonly string[], cwd: string): Promise<Found> {
  const lines = new Map<string, Set<number>>()
  const whole = new Set<string>()
  const problems: Problem[] = []
  for (const path of paths) {
    const { name, line } = splitLine(path)
    const target = resolve(cwd, name)
    const kind = await kindOf(target)
    if (kind === 'none') problems.push(await missing(target, cwd))
    else if (kind === 'folder') for (const file of await filesIn(target)) whole.add(file)
    else if (line === undefined) whole.add(target)
    else lines.set(target, (lines.get(target) ?? new Set()).add(line))
  }
  const files = [...new Set([...whole, ...lines.keys()])].sort()
  return {
    files: files.map((path) => ({ path, lines: whole.has(path) ? [] : [...(lines.get(path) ?? [])] })),
    problems,
  }
}

function splitLine(path: string): { readonly name: string; readonly line?: number } {
  const [, name, line] = /^(.+\.ya?ml):(\d+)(?::\d+)?$/.exec(path) ?? []
  return name === undefined ? { name: path } : { name, line: Number(line) }
}

/** What cannot be looked at is taken for a file: reading it tells why. */
async function kindOf(path: string): Promise<'file' | 'folder' | 'none'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file'
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'none' : 'file'
  }
}

/** Folders called `x.yaml` are listed, too: reading one tells that it is none. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await glob(['**/*.{yaml,yml}'], {
    cwd: folder,
    absolute: true,
    onlyFiles: false,
    followSymbolicLinks: false,
    expandDirectories: false,
    ignore: ['**/node_modules'],
  })
  return entries.map((entry) => entry.replace(/\/$/, '')).filter((entry) => basename(entry) !== CONFIG_FILE)
}

async function missing(path: string, cwd: string): Promise<Problem> {
  const siblings = await readdir(dirname(path)).catch((): string[] => [])
  const near = suggest(basename(path), siblings)
  const hint =
    near === undefined ? undefined : `did you mean ${shownPath(cwd, resolve(dirname(path), near))}?`
  return fileProblem(
    shownPath(cwd, path),
    { code: 'NO_SUCH_FILE', message: 'there is no such file or folder' },
    hint,
  )
}
