import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import path from 'node:path'

import { Broken } from '../../base/failure.ts'
import type { ServerProgram } from './find-server.ts'
import type { RedisInstance, RedisOptions } from './provider.ts'
import { startServerProcess, type ServerProcess } from './server-process.ts'

export interface ServerInstanceOptions extends Pick<RedisOptions, 'clock' | 'runDir' | 'watchdog'> {
  readonly server: ServerProgram
  readonly signal: AbortSignal | undefined
}

/** A real server in a folder of its own; both go with this process, and at the latest by `stop`. */
export async function startServerInstance(options: ServerInstanceOptions): Promise<RedisInstance> {
  const folder = await mkdtemp(path.join(options.runDir, 'redis-'))
  options.watchdog.guardFolder(folder)
  const removeFolder = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
    options.watchdog.releaseFolder(folder)
  }
  let server: ServerProcess
  try {
    server = await startServerProcess({ ...options, folder })
  } catch (error) {
    await removeFolder()
    throw error
  }
  const { host, port } = server
  let stopped = false
  return {
    host,
    port,
    dial: () => connect({ host, port, noDelay: true }),
    alive: () => server.alive(),
    restart: async (signal) => {
      if (stopped)
        throw new Broken({ code: 'REDIS_STOPPED', message: 'redis: restarted after it was stopped' })
      await server.kill()
      server = await startServerProcess({ ...options, folder, port, signal })
    },
    stop: async () => {
      stopped = true
      await server.kill()
      await removeFolder()
    },
  }
}
