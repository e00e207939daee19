import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { MakeConnection } from '../http/make-connection.ts'

/** Replaces TCP; where it is left out there is TCP. */
export interface Wire {
  readonly makeConnection?: MakeConnection
}

/** How the parts of an embedded cluster reach one another. */
export interface Wires {
  /** Runs what comes next once the others that are ready had their turn, as what goes over a wire does. */
  readonly pass: (then: () => void) => void
  readonly toRedis: Wire
  /** Gives the port on which the server takes connections from now on. */
  listen(server: Server): Promise<number>
}

/** Sockets of this machine. */
export const tcpWires: Wires = {
  pass: (then) => void setImmediate(then),
  toRedis: {},
  listen: async (server) => {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', resolve)
    })
    return (server.address() as AddressInfo).port
  },
}
