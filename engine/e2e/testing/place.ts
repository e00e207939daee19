import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from './until.ts'

/** Folder of the package. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** A project and a temporary folder for one test alone, so that everything left behind can be seen. */
export interface Place extends AsyncDisposable {
  /** The current directory of what is started here; holds a copy of `scenarios/`. */
  readonly folder: string
  /** What is started here takes this for the temporary folder. */
  readonly temp: string
  /** Value of PATH. */
  readonly searchPath: string
  write(file: string, text: string): void
  /** Writes a file as it is, as an editor does that saves without a change. */
  touch(file: string): void
  /** Processes that run below this place, and what lies in its temporary folder. */
  leftBehind(): readonly string[]
  /** Called when the place is given up, the last one first. */
  defer(undo: () => Promise<void>): void
}

export function openPlace(searchPath = ''): Place {
  const root = mkdtempSync(join(tmpdir(), 'e2e-'))
  const [folder, temp] = [join(root, 'project'), join(root, 'temp')]
  for (const one of [folder, temp]) mkdirSync(one)
  cpSync(join(ROOT, 'scenarios'), join(folder, 'scenarios'), { recursive: true })
  const undo: (() => Promise<void>)[] = []
  return {
    folder,
    temp,
    searchPath,
    write: (file, text) => writeFileSync(join(folder, file), text),
    touch: (file) => writeFileSync(join(folder, file), readFileSync(join(folder, file))),
    leftBehind: () => [...processesBelow(root), ...readdirSync(temp)],
    defer: (one) => void undo.push(one),
    [Symbol.asyncDispose]: async () => {
      for (const one of undo.reverse()) await one()
      // A watchdog of a killed process is still at work.
      await until(() => processesBelow(root).length === 0)
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** Everything a run starts has its current directory below ours, also when that was removed. Knows /proc alone. */
function processesBelow(root: string): readonly string[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => linkOf(`/proc/${pid}/cwd`).startsWith(`${root}/`))
    .map((pid) => `process ${pid} ${linkOf(`/proc/${pid}/exe`)}`)
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file)
  } catch {
    // It ended in the meantime, or belongs to somebody else.
    return ''
  }
}
