import { resolve } from 'node:path'
import { watch } from 'chokidar'
import type { World } from '../world.ts'

export interface WatchedFiles {
  /** Resolves when every change from now on is seen. */
  readonly ready: Promise<void>
  /** Watches these as well; those that are watched already stay so. */
  add(files: Iterable<string>): void
  /** Calls the listener with the absolute path of each file that is written, made or removed, until the end. */
  onChange(listener: (file: string) => void): () => Promise<void>
}

const CHANGES = new Set(['add', 'change', 'unlink'])
const YAML = /\.ya?ml$/

/** Watches YAML files and everything YAML in folders, also what is not there yet. */
export function watchFiles(paths: readonly string[], { cwd }: Pick<World, 'cwd'>): WatchedFiles {
  const watcher = watch([...paths], {
    cwd,
    ignoreInitial: true,
    ignored: (path, stats) => stats?.isFile() === true && !YAML.test(path),
  })
  const ready = new Promise<void>((resolve) => {
    watcher.once('ready', resolve)
  })
  return {
    ready,
    add: (files) => void watcher.add([...files]),
    onChange: (listener) => {
      watcher.on('all', (event, path) => {
        if (CHANGES.has(event)) listener(resolve(cwd, path))
      })
      return () => watcher.close()
    },
  }
}
