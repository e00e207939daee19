/** The server answered a command with an error. */
export class RedisReplyError extends Error {
  /** The first word of the reply: `WRONGTYPE`, `NOAUTH`, `ERR`. */
  readonly code: string
  /** The reply as it came. */
  readonly reply: string

  constructor(command: string, reply: string, cause?: unknown) {
    super(`redis ${command}: ${reply}`, { cause })
    this.name = 'RedisReplyError'
    this.code = reply.split(' ', 1)[0] ?? ''
    this.reply = reply
  }
}

/** The server could not be reached, or went away before it answered: whether a command was carried out is not known. */
export class RedisTransportError extends Error {
  constructor(address: string, reason: string, cause?: unknown) {
    super(`redis at ${address}: ${reason}`, { cause })
    this.name = 'RedisTransportError'
  }
}
