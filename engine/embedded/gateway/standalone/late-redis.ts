import type { Redis } from '../ports.ts'

/** A connection that comes back by itself once it was made. */
export interface Connected extends Redis {
  close(): Promise<void>
}

/** A Redis that is connected to by the first command, and again by the next one as long as that fails. */
export class LateRedis implements Redis {
  readonly #connect: () => Promise<Connected>
  #connected: Promise<Connected> | undefined

  constructor(connect: () => Promise<Connected>) {
    this.#connect = connect
  }

  async command(name: string, ...args: (string | number)[]): Promise<unknown> {
    return (await this.#client()).command(name, ...args)
  }

  async close(): Promise<void> {
    const client = await this.#connected?.catch(() => undefined)
    await client?.close()
  }

  async #client(): Promise<Connected> {
    const connecting = (this.#connected ??= this.#connect())
    try {
      return await connecting
    } catch (error) {
      if (this.#connected === connecting) this.#connected = undefined
      throw error
    }
  }
}
