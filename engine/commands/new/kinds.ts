import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { suggest } from '../../base/suggest.ts'
import { UsageError } from '../usage-error.ts'

const folderOf = (root: string): string => join(root, 'starter', 'kinds')

/** Kinds of scenarios that `gwscen new --kind` knows: the files in `starter/kinds/` of the package. */
export function kindNames(root: string): readonly string[] {
  return readdirSync(folderOf(root))
    .map((file) => basename(file, '.yaml'))
    .sort()
}

/** The text of the file for a kind. */
export async function kindText(kind: string, root: string): Promise<string> {
  const known = kindNames(root)
  if (known.includes(kind)) return readFile(join(folderOf(root), `${kind}.yaml`), 'utf8')
  const near = suggest(kind, known)
  const hint = near === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${near}?`
  throw new UsageError(`new: --kind ${kind}: there is no such kind; ${hint}`)
}
