import { execFile } from 'node:child_process'

export type ToolName = 'docker' | 'kind'

/** Runs programs of this machine; what they print on standard output is the result. */
export interface Tools {
  /** Rejects with `ToolFailed` when the program says no, and with `ToolMissing` when it is not there. */
  run(tool: ToolName, args: readonly string[], signal: AbortSignal): Promise<string>
}

const WHERE: Readonly<Record<ToolName, string>> = {
  docker: 'https://docs.docker.com/engine/install/',
  kind: 'https://kind.sigs.k8s.io/docs/user/quick-start/#installation',
}
const ALSO = 'or leave out --target kind: the embedded target needs neither'

export class ToolMissing extends Error {
  constructor(tool: ToolName) {
    super(`${tool} is not on the PATH; install it (${WHERE[tool]}), ${ALSO}`)
  }
}

export class ToolFailed extends Error {
  /** What the program wrote about it. */
  readonly says: string

  constructor(tool: ToolName, args: readonly string[], says: string) {
    const [first = '', second = ''] = args
    super(`${tool} ${first} ${second} failed: ${lastLines(says)}`)
    this.says = says
  }
}

const MOST_OUTPUT = 64 * 1024 * 1024
const LINES_SHOWN = 12

/** The programs on the PATH of this environment. */
export function systemTools(env: Readonly<Record<string, string | undefined>>): Tools {
  return {
    run: (tool, args, signal) =>
      new Promise((resolve, reject) => {
        const options = { env: { ...env }, signal, maxBuffer: MOST_OUTPUT }
        execFile(tool, [...args], options, (error, stdout, stderr) => {
          if (error === null) resolve(stdout)
          else if (signal.aborted) reject(signal.reason as Error)
          else if (error.code === 'ENOENT') reject(new ToolMissing(tool))
          else reject(new ToolFailed(tool, args, stderr.trim() === '' ? error.message : stderr))
        })
      }),
  }
}

function lastLines(text: string): string {
  const lines = text.trim().split('\n').slice(-LINES_SHOWN)
  return lines.length === 1 ? (lines[0] ?? '') : `\n${lines.map((line) => `  ${line}`).join('\n')}`
}
