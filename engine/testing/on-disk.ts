import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'

const READY = `name: The gateway is ready
gateway: dedup
steps:
  - expect: { http: { path: /ready }, status: 200 }
`

/** What one file of `broken/on-disk` says: what to put on a disk, and which paths to load then. */
export interface Layout {
  readonly put: Readonly<Record<string, Entry>>
  /** Absent when the configuration is what is wrong. */
  readonly load?: readonly string[]
}

type Entry =
  /** A scenario without any mistake, followed by a comment that makes it so many bytes long. */
  | { readonly ready: true; readonly paddedTo?: number }
  | { readonly text: string }
  | { readonly folder: true }
  /** From the folder of the link. */
  | { readonly linkTo: string }

/** Mistakes that only a disk can show: links, folders, sizes, names. */
export async function readLayout(path: string): Promise<Layout> {
  return parse(await readFile(path, 'utf8')) as Layout
}

export async function putOnDisk(folder: string, { put }: Layout): Promise<void> {
  for (const [name, entry] of Object.entries(put)) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    if ('ready' in entry) await writeFile(path, padded(entry.paddedTo ?? READY.length))
    else if ('text' in entry) await writeFile(path, entry.text)
    else if ('folder' in entry) await mkdir(path)
    else await symlink(entry.linkTo, path)
  }
}

function padded(bytes: number): string {
  return bytes === READY.length ? READY : `${READY}# ${'x'.repeat(bytes - READY.length - 3)}\n`
}
