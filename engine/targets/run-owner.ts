import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const OWNER_FILE = 'owner'

/** Leaves word in a run's folder of which process it belongs to. */
export async function writeOwner(folder: string, pid: number): Promise<void> {
  await writeFile(join(folder, OWNER_FILE), `${pid} ${startOf(pid) ?? ''}\n`)
}

/** Whether the process that made a run's folder still lives; undefined where nobody left word. */
export function ownerLives(folder: string): boolean | undefined {
  try {
    const [pid = '', started = ''] = readFileSync(join(folder, OWNER_FILE), 'utf8').trim().split(' ')
    if (!/^\d+$/.test(pid)) return undefined
    return isRunning(Number(pid)) && (started === '' || startOf(Number(pid)) === started)
  } catch {
    return undefined
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** Field 22 of `/proc/PID/stat`: tells a process from a later one with the same number. Undefined without /proc. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the name in brackets and may hold blanks and brackets.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}
