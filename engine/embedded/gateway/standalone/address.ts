export interface Address {
  /** Empty: every interface, or this machine. */
  readonly host: string
  readonly port: number
}

const ADDRESS = /^(?:\[(?<ipv6>[^\]]+)\]|(?<host>[^:]*)):(?<port>\d{1,5})$/

/** `:8080`, `redis:6379`, `[::1]:80`, as Go writes addresses; undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  const groups = ADDRESS.exec(text)?.groups
  if (groups === undefined) return undefined
  const port = Number(groups['port'])
  return port > 65_535 ? undefined : { host: groups['ipv6'] ?? groups['host'] ?? '', port }
}
