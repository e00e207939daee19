import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process'

export interface ToolOptions {
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly input?: string
}

export interface ToolEnd {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Whether a program is there. */
export function has(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args).status === 0
}

export function startTool(
  program: string,
  args: readonly string[],
  { env, cwd, input = '' }: ToolOptions,
): ChildProcessWithoutNullStreams {
  const child = spawn(program, args, { env, cwd })
  child.stdin.end(input)
  return child
}

export function runTool(program: string, args: readonly string[], options: ToolOptions): Promise<ToolEnd> {
  const child = startTool(program, args, options)
  const text = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => (text.out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (text.err += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...text }))
  })
}
