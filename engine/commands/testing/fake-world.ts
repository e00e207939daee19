import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../../base/clock.ts'
import { createProgram } from '../program.ts'
import { UsageError } from '../usage-error.ts'
import type { OutputSink, World } from '../world.ts'

/** Folder of the package. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** A world in which nothing happens by itself. */
export function fakeWorld(parts: Partial<World> & Pick<World, 'cwd'>): World {
  return {
    env: {},
    stdout: sinkOf(() => undefined),
    stderr: sinkOf(() => undefined),
    unicode: true,
    readInput: () => Promise.resolve(''),
    clock: systemClock,
    version: '0.0.0',
    root: ROOT,
    tempFolder: parts.cwd,
    freshSeed: () => 'seed',
    cpus: () => ({ count: 1, reason: 'test' }),
    onSignal: () => () => undefined,
    onExit: () => () => undefined,
    exitNow: () => undefined,
    ...parts,
  }
}

export function sinkOf(write: (text: string) => void): OutputSink {
  return { write, isTTY: false, columns: 80, failed: () => false }
}

export interface Told {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** An empty folder in which command lines run in this process, for commands that start nothing. */
export interface Desk extends Disposable {
  readonly folder: string
  run(argv: readonly string[], parts?: Partial<World>): Promise<Told>
}

export function openDesk(): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'desk-'))
  return {
    folder,
    run: async (argv, parts = {}) => {
      const said = { stdout: '', stderr: '' }
      const world = fakeWorld({
        cwd: folder,
        stdout: sinkOf((text) => (said.stdout += text)),
        stderr: sinkOf((text) => (said.stderr += text)),
        ...parts,
      })
      try {
        return { code: await createProgram(world).run(argv), ...said }
      } catch (error) {
        if (error instanceof UsageError) return { code: 2, ...said, stderr: `${said.stderr}${error.message}` }
        throw error
      }
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
