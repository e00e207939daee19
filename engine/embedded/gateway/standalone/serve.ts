import type { Gateway } from '../reference-gateway.ts'
import type { Address } from './address.ts'

/** `/ready` refuses at once, all else is served this long. */
export const DRAIN_MS = 5000
/** Counted from the signal, so 25 s are left for what is under way. */
const SHUTDOWN_MS = 30_000

/** Listens; resolves with the port. Rejects when the address is taken. */
export async function listen({ server }: Gateway, { host, port }: Address): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, ...(host === '' ? {} : { host }) }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}

/** Ends a gateway as the signal to a pod does. */
export function shutDown(gateway: Gateway): Promise<void> {
  return gateway.close({ drainMs: DRAIN_MS, graceMs: SHUTDOWN_MS - DRAIN_MS })
}
