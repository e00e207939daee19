import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'

import { Broken } from '../../base/failure.ts'
import { createJsServer, type JsServer } from './js-server.ts'
import type { RedisInstance } from './provider.ts'

const HOST = '127.0.0.1'

interface Running {
  readonly listener: Server
  readonly redis: JsServer
  readonly port: number
}

/** js-redis-server on a port of this machine: it is gone when this process is. */
export async function startJsInstance(signal?: AbortSignal): Promise<RedisInstance> {
  signal?.throwIfAborted()
  let running: Running | undefined = await listen(0)
  const { port } = running
  const stop = async (): Promise<void> => {
    const ending = running
    running = undefined
    if (ending === undefined) return
    const closed = once(ending.listener, 'close')
    ending.listener.close()
    ending.redis.close()
    await closed
  }
  return {
    host: HOST,
    port,
    dial: () => connect({ host: HOST, port, noDelay: true }),
    alive: () => running !== undefined,
    restart: async (restartSignal) => {
      restartSignal?.throwIfAborted()
      await stop()
      running = await listen(port)
    },
    stop,
  }
}

async function listen(port: number): Promise<Running> {
  const redis = createJsServer()
  const listener = createServer({ noDelay: true }, (socket) => redis.serve(socket))
  listener.listen(port, HOST)
  try {
    await once(listener, 'listening')
  } catch (cause) {
    redis.close()
    throw new Broken({
      code: 'REDIS_NOT_READY',
      message: `js-redis-server: cannot listen on port ${port}`,
      cause,
    })
  }
  return { listener, redis, port: (listener.address() as AddressInfo).port }
}
