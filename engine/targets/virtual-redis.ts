import type { Clock } from '../base/clock.ts'
import type { Entrance } from '../embedded/faults/entrance.ts'
import { createJsServer, type loadLua } from '../embedded/redis/js-server.ts'
import type { Half } from '../embedded/virtual/pair.ts'
import type { VirtualNetwork } from '../embedded/virtual/network.ts'

const HOST = '127.0.0.1'

export interface VirtualRedisOptions {
  readonly clock: Clock
  readonly network: VirtualNetwork
  /** Loaded, or time would not wait for it. */
  readonly lua: ReturnType<typeof loadLua>
}

/** A Redis on a port of a virtual network. */
export interface VirtualRedis {
  readonly host: string
  readonly port: number
  dial(): Half
  /** Drops its data and its connections. */
  restart(): Promise<void>
  stop(): void
}

export function startVirtualRedis({ clock, network, lua }: VirtualRedisOptions): VirtualRedis {
  const start = () => createJsServer({ expireBy: clock, lua })
  let server = start()
  const listening = network.listen((connection) => server.serve(connection))
  return {
    host: HOST,
    port: listening.port,
    dial: () => network.dial(listening.port),
    restart: () => {
      server.close()
      server = start()
      return Promise.resolve()
    },
    stop: () => {
      listening.close()
      server.close()
    },
  }
}

/** A port of a virtual network that can be open and shut. */
export function virtualEntrance(network: VirtualNetwork): Entrance {
  const { port, close } = network.listen(() => undefined)
  close()
  return {
    host: HOST,
    port,
    open: (welcome) => {
      network.listen(welcome, port)
      return Promise.resolve()
    },
    shut: (endAll) => {
      close()
      endAll()
      return Promise.resolve()
    },
  }
}
