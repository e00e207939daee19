import { readFileSync } from 'node:fs'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'

import { systemClock } from '../../../base/clock.ts'
import { randomFrom } from '../../../base/random.ts'
import { startApiServer, type ApiServer, type ApiServerOptions } from '../api-server.ts'
import { makeCertificate, type Certificate } from '../certificate.ts'

/** The shipped CustomResourceDefinition, as YAML. */
export const manifestText = readFileSync(
  new URL('../../../../kind/manifests/remediationrequests.yaml', import.meta.url),
  'utf8',
)

export const TOKEN = 'sesame'
const certificate: Promise<Certificate> = makeCertificate(systemClock)

/** A server on a free port with one namespace, `shop`. */
export async function startCluster(options: Partial<ApiServerOptions> = {}): Promise<ApiServer> {
  const api = await startApiServer({
    clock: systemClock,
    random: randomFrom('test'),
    crds: [],
    dial: () => undefined,
    credentials: { token: TOKEN, certificate: await certificate },
    ...options,
  })
  api.objects.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
  return api
}

export interface Reply {
  readonly code: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The text read as JSON, where it is. */
  readonly body: unknown
}

export interface CallOptions {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export type Call = (method: string, path: string, options?: CallOptions) => Promise<Reply>

/** Plain HTTP calls to a server, with its token. */
export function caller({ connection }: ApiServer): Call {
  return async (method, path, options) => {
    const incoming = await open(connection, { method, path }, options)
    const chunks: Buffer[] = []
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    const isJson = incoming.headers['content-type']?.startsWith('application/json') === true
    return {
      code: incoming.statusCode ?? 0,
      headers: incoming.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    }
  }
}

/** Sends a request and resolves with the headers of its answer. */
export function open(
  { server, ca, token }: ApiServer['connection'],
  { method, path }: { readonly method: string; readonly path: string },
  { body, headers }: CallOptions = {},
): Promise<IncomingMessage> {
  const payload = Buffer.isBuffer(body) || body === undefined ? body : Buffer.from(JSON.stringify(body))
  return new Promise((resolve, reject) => {
    const agent = new Agent({ keepAlive: false })
    const sent = request(
      `${server}${path}`,
      {
        method,
        agent,
        ca,
        headers: {
          authorization: `Bearer ${token ?? ''}`,
          ...(payload === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': payload.length }),
          ...headers,
        },
      },
      resolve,
    )
    sent.once('error', reject)
    sent.end(payload)
  })
}

export interface WatchEvent {
  readonly type: string
  readonly object: Readonly<Record<string, unknown>>
}

/** An open watch. */
export interface Watcher {
  /** The next event, or undefined at the end of the stream. */
  next(): Promise<WatchEvent | undefined>
  stop(): void
}

export async function watch({ connection }: ApiServer, path: string, accept?: string): Promise<Watcher> {
  const headers = accept === undefined ? {} : { accept }
  const incoming = await open(connection, { method: 'GET', path }, { headers })
  const events = lines(incoming)
  return {
    async next() {
      const { value, done } = await events.next()
      return done === true ? undefined : (JSON.parse(value) as WatchEvent)
    },
    stop: () => void incoming.destroy(),
  }
}

async function* lines(incoming: IncomingMessage): AsyncGenerator<string, undefined> {
  let rest = ''
  incoming.setEncoding('utf8')
  for await (const chunk of incoming as AsyncIterable<string>) {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
  return undefined
}

/** What the spec of a RemediationRequest must have. */
export const REMEDIATION = {
  signalFingerprint: 'dbae0ed74b644b5dba80577cb9e0c4db239866d84796c3b3564e6eadc1704ec7',
  signalName: 'CheckoutLatencyHigh',
  severity: 'critical',
  environment: 'unknown',
  priority: 'P2',
  signalType: 'prometheus-alert',
  signalSource: 'prometheus',
  targetType: 'kubernetes',
  firingTime: '2025-11-24T13:13:00Z',
  receivedTime: '2025-11-24T13:13:20Z',
  deduplication: {
    firstSeen: '2025-11-24T13:13:20Z',
    lastSeen: '2025-11-24T13:13:20Z',
    isDuplicate: false,
    occurrenceCount: 1,
  },
}

/** A RemediationRequest that fits its schema. */
export function remediationRequest(
  name: string,
  spec: Readonly<Record<string, unknown>> = {},
  meta: object = {},
) {
  return {
    apiVersion: 'remediation.kubernaut.io/v1alpha1',
    kind: 'RemediationRequest',
    metadata: { name, namespace: 'shop', ...meta },
    spec: { ...REMEDIATION, ...spec },
  }
}

export const REQUESTS = '/apis/remediation.kubernaut.io/v1alpha1/namespaces/shop/remediationrequests'
export const ALL_REQUESTS = '/apis/remediation.kubernaut.io/v1alpha1/remediationrequests'
