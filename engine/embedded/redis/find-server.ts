import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'

import { describeError } from '../../base/failure.ts'

export interface ServerProgram {
  readonly command: string
  /** `redis-server 7.0.15`, `valkey-server 8.0.1`: what it says of itself, whatever its file is called. */
  readonly name: string
  /** `setpriv` on the same path, where there is one: with it the kernel ends the server when our process ends. */
  readonly setpriv?: string
}

export interface FoundServer {
  readonly server?: ServerProgram
  readonly passedOver: readonly string[]
}

const PROGRAMS = ['redis-server', 'valkey-server']

/** The first Redis or Valkey on the path that can say its version. */
export async function findServer(searchPath: string): Promise<FoundServer> {
  const passedOver: string[] = []
  for (const program of PROGRAMS) {
    const command = await findProgram(program, searchPath)
    if (command === undefined) continue
    const said = await versionOf(command)
    if ('error' in said) {
      passedOver.push(`${command}: ${said.error}`)
      continue
    }
    const setpriv = await findSetpriv(command, searchPath)
    const server = { command, name: said.name, ...(setpriv === undefined ? {} : { setpriv }) }
    return { server, passedOver }
  }
  return { passedOver }
}

/** `--pdeathsig` came with util-linux 2.33. */
async function findSetpriv(server: string, searchPath: string): Promise<string | undefined> {
  const command = await findProgram('setpriv', searchPath)
  if (command === undefined) return undefined
  const tried = await run(command, ['--pdeathsig', 'KILL', '--', server, '--version'])
  return 'error' in tried ? undefined : command
}

async function versionOf(command: string): Promise<{ readonly name: string } | { readonly error: string }> {
  const said = await run(command, ['--version'])
  if ('error' in said) return said
  const match = /^(redis|valkey) server v=(\S+)/i.exec(said.output)
  if (match === null) return { error: `--version: expected a version, got ${JSON.stringify(said.output)}` }
  return { name: `${(match[1] ?? '').toLowerCase()}-server ${match[2] ?? ''}` }
}

async function run(
  command: string,
  args: readonly string[],
): Promise<{ readonly output: string } | { readonly error: string }> {
  try {
    const { stdout } = await promisify(execFile)(command, args, { env: {}, timeout: 5000 })
    return { output: stdout.trim() }
  } catch (error) {
    return { error: describeError(error).trim() }
  }
}

async function findProgram(program: string, searchPath: string): Promise<string | undefined> {
  for (const folder of searchPath.split(path.delimiter)) {
    if (!path.isAbsolute(folder)) continue
    const command = path.join(folder, program)
    try {
      await access(command, constants.X_OK)
      return command
    } catch {
      continue
    }
  }
  return undefined
}
