import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { RunState } from '../events/run-state.ts'
import { historyText, parseHistory, remember, type Ended, type History } from '../plan/history.ts'
import type { World } from './world.ts'

const FILE = '.gwscen/history.json'

/** What is remembered of earlier runs in this folder; nothing when there is no such file. */
export function readHistory({ cwd }: Pick<World, 'cwd'>): History {
  try {
    return parseHistory(readFileSync(resolve(cwd, FILE), 'utf8'))
  } catch {
    return {}
  }
}

/** Replaces the file as a whole, so that a run beside this one reads the old or the new. It is only a help: where it cannot be written, that is said and nothing else. */
export function writeHistory(
  history: History,
  state: RunState,
  { cwd, stderr }: Pick<World, 'cwd' | 'stderr'>,
): void {
  const file = resolve(cwd, FILE)
  const draft = `${file}.${process.pid}`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(draft, historyText(remember(history, endedOf(state))))
    renameSync(draft, file)
  } catch (error) {
    stderr.write(`the times of this run are not remembered: ${(error as Error).message}\n`)
  }
}

/** What is to be remembered of a run; under the virtual clock waiting takes no time, which is no time to go by. */
export function endedOf({ finished, started }: RunState): readonly Ended[] {
  const isTimed = started?.clock !== 'virtual'
  return finished.flatMap(({ plan, ms = 0, outcome }) =>
    outcome === undefined ? [] : [{ id: plan.id, outcome, ...(isTimed ? { ms } : {}) }],
  )
}
