import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClusterConnection } from '../../cluster/types.ts'

/** What gwscen remembers of a kind cluster that it made. */
export interface ClusterRecord {
  readonly name: string
  /** Changes with `kind/cluster.yaml`. */
  readonly shape: string
  /** Absent: the one that kind is made for. */
  readonly nodeImage?: string
  /** Ids of the containers; empty while the cluster is being made. */
  readonly nodes: readonly string[]
  /** Absent while it is being made. */
  readonly connection?: ClusterConnection
}

/** `~/.cache/gwscen/clusters/gwscen/`, which holds the record and the kubeconfig, for this user's eyes only. */
export class RecordFolder {
  readonly folder: string

  constructor(parent: string, name: string) {
    this.folder = join(parent, name)
  }

  get kubeconfig(): string {
    return join(this.folder, 'kubeconfig')
  }

  /** Undefined where there is none, or none that can be read: then the cluster is not known to be ours. */
  async read(): Promise<ClusterRecord | undefined> {
    try {
      return JSON.parse(await readFile(this.#file, 'utf8')) as ClusterRecord
    } catch {
      return undefined
    }
  }

  async write(record: ClusterRecord): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    const half = `${this.#file}.${process.pid}`
    await writeFile(half, JSON.stringify(record, null, 2), { mode: 0o600 })
    await rename(half, this.#file)
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }

  get #file(): string {
    return join(this.folder, 'cluster.json')
  }
}

/** Where this user's records lie. */
export function recordsFolder(env: Readonly<Record<string, string | undefined>>): string {
  const { XDG_CACHE_HOME: cache = '', HOME: home = '.' } = env
  return join(cache === '' ? join(home, '.cache') : cache, 'gwscen', 'clusters')
}
