import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

import type { Clock } from '../../base/clock.ts'
import { Broken } from '../../base/failure.ts'
import type { Watchdog } from './create-watchdog.ts'
import type { ServerProgram } from './find-server.ts'
import { askPid } from './ask-pid.ts'

/** One run of redis-server or valkey-server. */
export interface ServerProcess {
  readonly host: string
  readonly port: number
  alive(): boolean
  /** Ends it at once (there is nothing to save) and resolves when it is gone. */
  kill(): Promise<void>
}

export interface ServerProcessOptions {
  readonly server: ServerProgram
  readonly clock: Clock
  readonly watchdog: Watchdog
  readonly folder: string
  /** Without one, a free port is taken; another when it is lost to somebody else before the server has it. */
  readonly port?: number
  readonly signal: AbortSignal | undefined
}

const HOST = '127.0.0.1'
const ATTEMPTS = 5
const READY_MS = 10_000
const LOOK_MS = 5
/** Of what it printed, kept for the report when it does not start. */
const SAID_LENGTH = 2000

/** Rejects with `Broken` when it does not come up, or with the signal's reason; then nothing of it is left. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  for (let attempt = 1; ; attempt += 1) {
    options.signal?.throwIfAborted()
    const launched = launch(options, options.port ?? (await freePort()))
    const trouble = await untilReady(launched, options)
    if (trouble === undefined) return launched
    await launched.kill()
    options.signal?.throwIfAborted()
    if (attempt < ATTEMPTS && launched.said().includes('Address already in use')) continue
    throw new Broken({
      code: 'REDIS_NOT_READY',
      message: `${options.server.name}: ${trouble}`,
      notes: launched.said().trim().split('\n'),
    })
  }
}

interface Launched extends ServerProcess {
  readonly pid: number | undefined
  readonly exited: Promise<string>
  said(): string
}

function launch(options: ServerProcessOptions, port: number): Launched {
  const { server, watchdog, folder } = options
  const command = [server.command, ...serverArguments(port, folder)]
  const prefix = server.setpriv === undefined ? [] : [server.setpriv, '--pdeathsig', 'KILL', '--']
  const [program = server.command, ...args] = [...prefix, ...command]
  // A session of its own: Ctrl-C in the terminal is ours to handle and must not end it before the clean-up.
  const child = spawn(program, args, {
    cwd: folder,
    detached: true,
    env: {},
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { pid } = child
  if (pid !== undefined) watchdog.guardPid(pid)
  let alive = true
  let said = ''
  const hear = (chunk: Buffer): void => {
    said = (said + chunk.toString()).slice(-SAID_LENGTH)
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const exited = new Promise<string>((resolve) => {
    const end = (reason: string): void => {
      alive = false
      if (pid !== undefined) watchdog.releasePid(pid)
      resolve(reason)
    }
    child.once('error', (error) => end(`could not be started: ${error.message}`))
    // `close` and not `exit`: all it printed has been read by then.
    child.once('close', (code, signal) => end(`ended with ${signal ?? `code ${String(code)}`}`))
  })
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exited
  }
  return { host: HOST, port, pid, exited, alive: () => alive, kill, said: () => said }
}

function serverArguments(port: number, folder: string): readonly string[] {
  return [
    ...['--bind', HOST, '--port', String(port), '--dir', folder, '--daemonize', 'no'],
    ...['--save', '', '--appendonly', 'no', '--notify-keyspace-events', 'KEA'],
  ]
}

/**
 * Undefined when it answers, else what went wrong. It must say our pid: when the port was lost, whoever has it now may
 * well be the Redis of another run.
 */
async function untilReady(launched: Launched, options: ServerProcessOptions): Promise<string | undefined> {
  const { clock, signal } = options
  const deadline = clock.now() + READY_MS
  while (launched.alive()) {
    if ((await askPid({ host: launched.host, port: launched.port, clock })) === launched.pid) return undefined
    if (signal?.aborted === true) return 'stopped while it started'
    if (clock.now() >= deadline) return `expected an answer within ${READY_MS} ms, got none`
    await Promise.race([launched.exited, clock.sleep(LOOK_MS)])
  }
  return await launched.exited
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, HOST)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
