import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

/** An address that can be open and shut, and is the same each time. */
export interface Entrance {
  readonly host: string
  readonly port: number
  open(welcome: (connection: Duplex) => void): Promise<void>
  /** Takes no new connections; those that there are must be ended beside it. */
  shut(endAll: () => void): Promise<void>
}

const HOST = '127.0.0.1'

/** A port of this machine; any free one. */
export function tcpEntrance(): Entrance {
  const endOnly = (endAll: () => void): Promise<void> => {
    endAll()
    return Promise.resolve()
  }
  const state = { port: 0, shut: endOnly }
  return {
    host: HOST,
    get port() {
      return state.port
    },
    open: async (welcome) => {
      const listener = createServer({ noDelay: true }, welcome)
      listener.listen(state.port, HOST)
      await once(listener, 'listening')
      state.port = (listener.address() as AddressInfo).port
      state.shut = async (endAll) => {
        const closed = once(listener, 'close')
        listener.close()
        endAll()
        await closed
      }
    },
    shut: (endAll) => state.shut(endAll),
  }
}
