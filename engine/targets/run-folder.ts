import { mkdir, rm } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { writeOwner } from './run-owner.ts'
import type { Watchdog } from '../embedded/redis/create-watchdog.ts'

/** A private folder for one run, removed by the watchdog when this process is killed. */
export async function makeRunFolder(parent: string, watchdog: Watchdog): Promise<string> {
  const folder = join(parent, `gwscen-${randomBytes(6).toString('hex')}`)
  watchdog.guardFolder(folder)
  await mkdir(folder, { mode: 0o700 })
  await writeOwner(folder, process.pid)
  return folder
}

export async function removeRunFolder(folder: string, watchdog: Watchdog): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  watchdog.releaseFolder(folder)
}
