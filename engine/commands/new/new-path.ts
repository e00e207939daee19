import { basename, join, relative, resolve } from 'node:path'
import { UsageError } from '../usage-error.ts'

/** Where a new scenario goes, and what it is called where the user said so. */
export interface NewPath {
  readonly path: string
  /** What must hold, as a sentence. */
  readonly title?: string
}

/** `dedup/first` is `scenarios/dedup/first.yaml`; a sentence is a name, and its words make the file's. */
export function newPath(name: string, cwd: string): NewPath {
  const root = join(cwd, 'scenarios')
  const isPath = /^[\w./-]+$/.test(name)
  const below = isPath ? name.replace(/^(\.\/)?scenarios\//, '').replace(/\.ya?ml$/, '') : slugOf(name)
  const path = resolve(root, `${below}.yaml`)
  if (/^[./-]*$/.test(below) || basename(path).startsWith('.'))
    throw new UsageError(`new: ${JSON.stringify(name)} makes no file name; give some letters or digits`)
  if (relative(root, path).startsWith('..'))
    throw new UsageError(`new: ${name} leads out of scenarios/; give a path below it`)
  return isPath ? { path } : { path, title: name.trim() }
}

function slugOf(sentence: string): string {
  const words = sentence
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .match(/[\p{L}\d]+/gu)
  return (words ?? []).join('-').slice(0, 80).replace(/-$/, '')
}
