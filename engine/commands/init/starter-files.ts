import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

export interface StarterFile {
  /** Where it goes, below the folder of the project, with slashes. */
  readonly path: string
  readonly text: string
}

/**
 * What `gwscen init` writes, from `starter/project/` of the package. There `dot-` stands for a leading dot: npm leaves
 * some files with a dot out of packages.
 */
export async function starterFiles(root: string): Promise<readonly StarterFile[]> {
  const folder = join(root, 'starter', 'project')
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  const read = files.map(async (file) => ({
    path: relative(folder, file)
      .split(sep)
      .map((part) => part.replace(/^dot-/, '.'))
      .join('/'),
    text: await readFile(file, 'utf8'),
  }))
  return (await Promise.all(read)).sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
}

/** Hidden files last: people look at the others first. */
function orderOf({ path }: StarterFile): string {
  return path.replace(/^\./, '~')
}
