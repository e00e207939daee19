import { execFile } from 'node:child_process'

export interface ToolEnd {
  /** Undefined where the program is not there, or did not end in time. */
  readonly code: number | undefined
  readonly out: string
  readonly err: string
}

/** Runs a program of this machine, without a shell. Never rejects. */
export type RunTool = (program: string, args: readonly string[]) => Promise<ToolEnd>

const LIMIT_MS = 15_000

/** For programs found on this PATH, with the variables of this environment. */
export function toolsOf(env: Readonly<Record<string, string | undefined>>): RunTool {
  return (program, args) =>
    new Promise((resolve) => {
      execFile(program, [...args], { env, timeout: LIMIT_MS, killSignal: 'SIGKILL' }, (error, out, err) => {
        const code = error === null ? 0 : error.code
        resolve({ code: typeof code === 'number' ? code : undefined, out, err })
      })
    })
}
