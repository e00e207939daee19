import { readdirSync, readlinkSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ownerLives } from './run-owner.ts'

/** What a run of the embedded target left on this machine. */
export interface StaleFolder {
  readonly folder: string
  /** Servers that still run in it. */
  readonly pids: readonly number[]
}

/** Folders of runs whose process is gone. Those of runs that go on, and those of nobody we know, are left out. */
export function staleFolders(tempFolder: string): readonly StaleFolder[] {
  const folders = readdirSync(tempFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^gwscen-[0-9a-f]{12}$/.test(entry.name))
    .map(({ name }) => join(tempFolder, name))
    .filter((folder) => ownerLives(folder) === false)
  return folders.map((folder) => ({ folder, pids: processesIn(folder) }))
}

/** Ends what runs in it, and removes it; what is gone already is no error. */
export async function removeStale({ folder, pids }: StaleFolder): Promise<void> {
  for (const pid of pids) {
    // It may have ended, and its number been given away, since we looked.
    if (!processesIn(folder).includes(pid)) continue
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
}

/** By their working directory; knows /proc alone. */
function processesIn(folder: string): readonly number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const cwd = linkOf(`/proc/${pid}/cwd`)
      return cwd === folder || cwd.startsWith(`${folder}/`)
    })
    .map(Number)
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file)
  } catch {
    // It ended in the meantime, or belongs to somebody else.
    return ''
  }
}
