import http from 'node:http'
import type { Duplex } from 'node:stream'

/** Where a connection goes. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** Opens a byte stream to an address; stands in for a TCP socket where there is no network. */
export type MakeConnection = (to: Address) => Duplex

/** An agent whose connections are made by a function; plain HTTP only. */
export class StreamAgent extends http.Agent {
  readonly #make: MakeConnection

  constructor(make: MakeConnection, options: http.AgentOptions) {
    super(options)
    this.#make = make
  }

  override createConnection(options: http.ClientRequestArgs): Duplex {
    return this.#make({ host: options.host ?? 'localhost', port: Number(options.port ?? 80) })
  }
}
