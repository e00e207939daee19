import type { Clock } from '../base/clock.ts'
import { describeError } from '../base/failure.ts'
import { readKubeconfig, type ContextConnection, type KubeconfigSource } from './kubeconfig.ts'

/** A connection whose credentials may end before the run does. Main thread only. */
export interface Credentials {
  /** The newest. */
  readonly connection: ContextConnection
  /** Reads them again, once for all who ask at the same time. Rejects when they cannot be had. */
  renew(): Promise<ContextConnection>
  /** Calls the listener with each connection that differs from the one before; the returned function ends that. */
  subscribe(listener: (connection: ContextConnection) => void): () => void
  close(): void
}

export interface CredentialsOptions extends KubeconfigSource {
  readonly clock: Clock
  readonly onWarning: (text: string) => void
  /** Default: as a kubeconfig gives it. */
  readonly read?: (source: KubeconfigSource) => Promise<ContextConnection>
}

/** Tokens last minutes at least; a plugin is asked this often, so that a new one is there before the old one ends. */
const RENEW_MS = 60_000

export async function openCredentials(options: CredentialsOptions): Promise<Credentials> {
  const { clock, onWarning, read = readKubeconfig } = options
  const listeners = new Set<(connection: ContextConnection) => void>()
  let connection = await read(options)
  let renewing: Promise<ContextConnection> | undefined
  let cancel = (): void => undefined
  const readAgain = async (): Promise<ContextConnection> => {
    const fresh = await read(options)
    const isNew = JSON.stringify(fresh) !== JSON.stringify(connection)
    connection = fresh
    if (isNew) for (const listener of [...listeners]) listener(fresh)
    return fresh
  }
  const renew = (): Promise<ContextConnection> => {
    renewing ??= readAgain().finally(() => (renewing = undefined))
    return renewing
  }
  const wait = (): void => {
    cancel = clock.after(RENEW_MS, () => {
      wait()
      renew().catch((error: unknown) =>
        onWarning(`the credentials could not be renewed: ${describeError(error)}`),
      )
    })
  }
  if (connection.renewable === true) wait()
  return {
    get connection() {
      return connection
    },
    renew,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => cancel(),
  }
}
