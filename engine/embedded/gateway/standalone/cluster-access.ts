import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../../base/clock.ts'
import { readKubeconfig } from '../../../cluster/kubeconfig.ts'
import type { ClusterConnection } from '../../../cluster/types.ts'

/** Where a pod finds its token, its cluster's certificate and its namespace. */
export const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount'

/** Kubernetes writes a new token well before the old one expires. */
const TOKEN_READ_AGAIN_MS = 60_000

export interface ClusterAccessOptions {
  /** `--kubeconfig`; empty: none. */
  readonly kubeconfig: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly serviceAccountFolder: string
}

export interface ClusterAccess {
  readonly connection: ClusterConnection
  /** Whether the token is a file that changes. */
  readonly inCluster: boolean
}

/** The flag, else `KUBECONFIG` unless it is empty, else the pod's service account, else `~/.kube/config`. Throws where there is none. */
export async function findCluster(options: ClusterAccessOptions): Promise<ClusterAccess> {
  const { kubeconfig, env, serviceAccountFolder } = options
  const named = kubeconfig || (env['KUBECONFIG'] ?? '')
  if (named !== '') return fromFile(named)
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443', HOME: home = '' } = env
  if (host === '') return fromFile(join(home, '.kube', 'config'))
  const [ca, token] = await Promise.all(
    ['ca.crt', 'token'].map((file) => readFile(join(serviceAccountFolder, file), 'utf8')),
  )
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`
  return { connection: { server, ca: ca ?? '', token: (token ?? '').trim() }, inCluster: true }
}

/** The namespace of the pod; empty outside of one. */
export async function podNamespace({
  serviceAccountFolder,
}: Pick<ClusterAccessOptions, 'serviceAccountFolder'>): Promise<string> {
  try {
    return (await readFile(join(serviceAccountFolder, 'namespace'), 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

export interface TokenRenewal extends Pick<ClusterAccessOptions, 'serviceAccountFolder'> {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onToken: (token: string) => void
  readonly onError: (error: unknown) => void
}

/** Reads the service account's token again each minute, until the signal is aborted. */
export async function renewToken(renewal: TokenRenewal): Promise<void> {
  const { clock, signal, serviceAccountFolder, onToken, onError } = renewal
  for (;;) {
    try {
      await clock.sleep(TOKEN_READ_AGAIN_MS, signal)
    } catch {
      // Aborted: nobody needs the token any more.
      return
    }
    try {
      onToken((await readFile(join(serviceAccountFolder, 'token'), 'utf8')).trim())
    } catch (error) {
      onError(error)
    }
  }
}

async function fromFile(path: string): Promise<ClusterAccess> {
  const { server, ca, cert, key, token, serverName, insecure } = await readKubeconfig({ path })
  const connection: ClusterConnection = {
    server,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(token === undefined ? {} : { token }),
    ...(serverName === undefined ? {} : { serverName }),
    ...(insecure === undefined ? {} : { insecure }),
  }
  return { connection, inCluster: false }
}
