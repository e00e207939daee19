import { access } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'

export const CONFIG_FILE = 'gwscen.config.yaml'

/** Finds the roots of files; each folder is looked at once. */
export class Roots {
  readonly #cwd: string
  readonly #known = new Map<string, Promise<string | undefined>>()

  constructor(cwd: string) {
    this.#cwd = cwd
  }

  /** The folder of `gwscen.config.yaml`, else the nearest ancestor called `scenarios`, else the working directory. */
  async rootOf(file: string): Promise<string> {
    const folder = dirname(file)
    return (
      (await this.#withConfig(folder)) ??
      namedScenarios(folder) ??
      (isBelow(this.#cwd, file) ? this.#cwd : folder)
    )
  }

  #withConfig(folder: string): Promise<string | undefined> {
    const known = this.#known.get(folder)
    if (known !== undefined) return known
    const found = this.#lookUp(folder)
    this.#known.set(folder, found)
    return found
  }

  async #lookUp(folder: string): Promise<string | undefined> {
    if (await exists(join(folder, CONFIG_FILE))) return folder
    const parent = dirname(folder)
    return parent === folder ? undefined : this.#withConfig(parent)
  }
}

/** Path below the root without extension, with slashes. */
export function idOf(root: string, file: string): string {
  return relative(root, file)
    .replace(/\.ya?ml$/, '')
    .replaceAll(sep, '/')
}

/** As a user would type it: relative where that is shorter. */
export function shownPath(cwd: string, file: string): string {
  const near = relative(cwd, file)
  return near !== '' && near.length < file.length ? near.replaceAll(sep, '/') : file
}

function namedScenarios(folder: string): string | undefined {
  for (let current = folder; current !== dirname(current); current = dirname(current)) {
    if (basename(current) === 'scenarios') return current
  }
  return undefined
}

function isBelow(root: string, file: string): boolean {
  return file.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)
}

/** A folder that may not be looked into holds no configuration for us. */
async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
