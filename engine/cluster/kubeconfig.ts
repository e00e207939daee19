import { readFile } from 'node:fs/promises'
import type { KubeConfig } from '@kubernetes/client-node'
import { valueAt } from '../base/json.ts'
import type { ClusterConnection } from './types.ts'

export interface KubeconfigSource {
  /** A file; without `path` and `text` the default places are read: `KUBECONFIG`, `~/.kube/config`, a pod's service account. */
  readonly path?: string
  readonly text?: string
  /** Default: the current context. */
  readonly context?: string
}

export interface ContextConnection extends ClusterConnection {
  readonly context: string
}

type TlsSettings = Parameters<KubeConfig['applyToHTTPSOptions']>[0]

/**
 * The connection that a kubeconfig describes, with files read, certificates decoded and exec plugins run.
 * Main thread only: it loads client-node, which is large. Throws an error that names the context or file that is missing.
 */
export async function readKubeconfig(source: KubeconfigSource = {}): Promise<ContextConnection> {
  return connectionOf(await load(source))
}

/** The context that would be used; no plugin is run and no file beside the kubeconfig is read. */
export async function contextOf(source: KubeconfigSource = {}): Promise<string> {
  return (await load(source)).getCurrentContext()
}

/** The contexts of the kubeconfig. */
export async function contextNames(source: KubeconfigSource = {}): Promise<readonly string[]> {
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  if (source.path === undefined) config.loadFromDefault()
  else loadFile(config, source.path)
  return config.getContexts().map(({ name }) => name)
}

async function load(source: KubeconfigSource): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  if (source.text !== undefined) config.loadFromString(source.text)
  else if (source.path !== undefined) loadFile(config, source.path)
  else config.loadFromDefault()
  chooseContext(config, source.context)
  return config
}

function loadFile(config: KubeConfig, path: string): void {
  try {
    config.loadFromFile(path)
  } catch (cause) {
    throw new Error(`kubeconfig ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    })
  }
}

function chooseContext(config: KubeConfig, context: string | undefined): void {
  if (context !== undefined) config.setCurrentContext(context)
  const name = config.getCurrentContext()
  if (config.getContextObject(name) !== null) return
  const known = config.getContexts().map((one) => one.name)
  const there = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`
  throw new Error(`kubeconfig: no context ${name === '' ? 'is current' : `named ${name}`}, ${there}`)
}

async function connectionOf(config: KubeConfig): Promise<ContextConnection> {
  const context = config.getCurrentContext()
  const cluster = config.getCurrentCluster()
  if (cluster === null) throw new Error(`kubeconfig: context ${context} names a cluster that is not there`)
  const tls: TlsSettings = {}
  await config.applyToHTTPSOptions(tls)
  refuseUnsupported(config, tls)
  const { server, caFile, caData, skipTLSVerify, tlsServerName } = cluster
  const ca = await pem(caData, caFile)
  const token = bearerOf(tls.headers)
  return {
    context,
    server: server.replace(/\/+$/, ''),
    ...(ca === undefined ? {} : { ca }),
    ...(tls.cert === undefined ? {} : { cert: pemText(tls.cert) }),
    ...(tls.key === undefined ? {} : { key: pemText(tls.key) }),
    ...(token === undefined ? {} : { token }),
    ...(tlsServerName === undefined ? {} : { serverName: tlsServerName }),
    ...(skipTLSVerify ? { insecure: true } : {}),
    ...(isRenewable(config) ? { renewable: true } : {}),
  }
}

/** Whether the credentials may be others when they are asked for again. */
function isRenewable(config: KubeConfig): boolean {
  const user: unknown = config.getCurrentUser()
  const changing = [['exec'], ['authProvider'], ['tokenFile'], ['certFile']]
  return changing.some((path) => valueAt(user, path) !== undefined)
}

async function pem(data: string | undefined, file: string | undefined): Promise<string | undefined> {
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8')
  return file === undefined ? undefined : readFile(file, 'utf8')
}

/** What kubeconfigs may say and our connections cannot. */
function refuseUnsupported(config: KubeConfig, tls: TlsSettings): void {
  const context = config.getCurrentContext()
  const user = config.getCurrentUser()
  const refused = [
    ...('auth' in tls ? ['a user name and password'] : []),
    ...(typeof user?.impersonateUser === 'string' ? ['impersonation'] : []),
    ...(typeof config.getCurrentCluster()?.proxyUrl === 'string' ? ['a proxy-url'] : []),
  ]
  if (refused.length > 0)
    throw new Error(`kubeconfig: context ${context} uses ${refused.join(' and ')}, which is not supported`)
}

function bearerOf(headers: TlsSettings['headers']): string | undefined {
  const header: unknown = valueAt(headers, ['Authorization'])
  return typeof header === 'string' && header.startsWith('Bearer ')
    ? header.slice('Bearer '.length)
    : undefined
}

function pemText(value: unknown): string {
  if (typeof value === 'string' || Buffer.isBuffer(value)) return value.toString()
  throw new Error('kubeconfig: a certificate or key in several parts is not supported')
}
