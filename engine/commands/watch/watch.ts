import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { remember, type History } from '../../plan/history.ts'
import { parseReport } from '../../reporters/reports/target.ts'
import { asciiSymbols, unicodeSymbols } from '../../reporters/symbols.ts'
import { CONFIG_FILE, shownPath } from '../../scenario/roots.ts'
import { checkFaults } from '../embedded-target.ts'
import type { Keyboard } from '../keyboard.ts'
import { paintedFor } from '../painted.ts'
import { printProblems } from '../print-problems.ts'
import { loadProject, readProject } from '../project.ts'
import { endedOf, readHistory, writeHistory } from '../run-history.ts'
import { runOnce, type RunOptions } from '../run.ts'
import { scheduleOf } from '../schedule.ts'
import { UsageError } from '../usage-error.ts'
import type { World } from '../world.ts'
import { nothingFor, selectionOf, type Choice } from './choice.ts'
import { watchFiles, type WatchedFiles } from './watch-files.ts'
import { WatchLoop, type RoundEnd } from './watch-loop.ts'

const NEEDS_TERMINAL = '--watch takes its orders from the keys of a terminal, and there is none; leave it out'
const PROBLEMS = 2

/** Runs, and runs again what a changed file touches or a key asks for, until it is told to stop. Gives the exit code. */
export async function watch(options: RunOptions, world: World): Promise<number> {
  checkFaults(options.faults)
  const { keyboard } = world
  if (keyboard === undefined) throw new UsageError(NEEDS_TERMINAL)
  if (options.untilFail) throw new UsageError('--watch and --until-fail do not go together')
  const files = watchFiles([...pathsOf(options), CONFIG_FILE], world)
  await files.ready
  return new Watching(options, world, files).run(keyboard)
}

/** Folders and files without the lines that were wanted of them. */
function pathsOf({ paths }: RunOptions): readonly string[] {
  return paths.length === 0 ? ['scenarios'] : paths.map((path) => path.replace(/(\.ya?ml):\d+(:\d+)?$/, '$1'))
}

class Watching {
  readonly #options: RunOptions
  readonly #world: World
  readonly #files: WatchedFiles
  /** How everything that ran since the beginning ended; what ran before that is in the file. */
  #ended: History = {}

  constructor(options: RunOptions, world: World, files: WatchedFiles) {
    this.#options = options
    this.#world = world
    this.#files = files
  }

  run(keyboard: Keyboard): Promise<number> {
    const { cwd, clock, stdout, unicode } = this.#world
    const painted = paintedFor(stdout, this.#options, this.#world)
    const loop = new WatchLoop({
      clock,
      keyboard,
      dot: (unicode ? unicodeSymbols : asciiSymbols).dot,
      round: (choice) => this.#tried(choice),
      onChange: (listener) => this.#files.onChange(listener),
      onSignal: (listener) => this.#world.onSignal(listener),
      report: () => this.#report(),
      shownPath: (file) => shownPath(cwd, file),
      write: (text) => stdout.write(text),
      show: (lines) => stdout.write(painted(lines)),
    })
    return loop.run()
  }

  /** A usage error may be mended while we wait, like any other. */
  async #tried(choice: Choice): Promise<RoundEnd> {
    try {
      return await this.#round(choice)
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      this.#world.stderr.write(`gwscen: ${error.message}\n`)
      return { code: PROBLEMS, stopped: false }
    }
  }

  async #round(choice: Choice): Promise<RoundEnd> {
    const world = this.#world
    const options = { ...this.#options, ...selectionOf(choice) }
    const project = await readProject(world)
    const loaded = await loadProject(project, { paths: options.paths }, world)
    this.#files.add(loaded.sources.keys())
    if (loaded.problems.length > 0) printProblems(loaded, options, world)
    const errors = loaded.problems.filter(({ severity }) => severity === 'error')
    if (errors.some(({ span }) => isMeant(choice, resolve(world.cwd, span.file))))
      return { code: PROBLEMS, stopped: false }
    const history = { ...(options.history ? readHistory(world) : {}), ...this.#ended }
    const seed = options.seed ?? world.freshSeed()
    const schedule = await scheduleOf(loaded.scenarios, { options, project, history, seed, world })
    if (schedule.scenarios.length === 0) {
      if (errors.length === 0) world.stdout.write(`${nothingFor(choice, history)}\n`)
      return { code: errors.length === 0 ? 0 : PROBLEMS, stopped: false }
    }
    const { code, state } = await runOnce({ options: { ...options, seed }, project, loaded, schedule }, world)
    this.#ended = remember(this.#ended, endedOf(state))
    if (options.history) writeHistory(history, state, world)
    return { code, stopped: state.interrupted !== undefined }
  }

  #report(): string | undefined {
    const html = this.#options.reports.map(parseReport).find(({ kind }) => (kind as string) === 'html')
    return html === undefined ? undefined : pathToFileURL(resolve(this.#world.cwd, html.path)).href
  }
}

/** What was changed is not run while it has an error; the rest of it is run although another file has one. */
function isMeant(choice: Choice, file: string): boolean {
  return choice.what !== 'files' || choice.files.has(file)
}
