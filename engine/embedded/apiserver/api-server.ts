import type { Server } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import type { ClusterConnection, KubeObject } from '../../cluster/types.ts'
import { CORE_RESOURCES, DEFINITIONS } from './core-resources.ts'
import { readDefinition, type ServedDefinition } from './custom-resource.ts'
import { handle, type Api } from './handler.ts'
import { callWithin, type InnerCall } from './inner-call.ts'
import { Interception, type InterceptRule } from './interception.ts'
import { makeUid } from './metadata.ts'
import { ensureNamespace } from './namespaces.ts'
import { objectAccess, type ObjectAccess } from './object-access.ts'
import { Objects } from './objects.ts'
import { portForwarder, type Dial, type PortForwardHint } from './port-forward.ts'
import { Resources } from './resource.ts'
import { Store, type Unversioned } from './store.ts'
import { timestamp } from './stored-object.ts'

export interface ApiOptions {
  readonly clock: Clock
  /** For uids and generated names. */
  readonly random: Random
  readonly definitions: readonly ServedDefinition[]
  readonly dial: Dial
  readonly token: string
  readonly portForwardHint?: PortForwardHint
  /** What `pods/NAME/log` shows, line by line. */
  readonly logs?: (pod: KubeObject) => readonly string[]
  /** How many changes a watch can reach back; 4096 unless told. */
  readonly historyLimit?: number
}

/** An API server without a socket of its own. */
export interface SocketlessApi {
  /** The objects themselves, for whoever sets the cluster up. */
  readonly objects: ObjectAccess
  /** Puts a fault in the way of requests; the returned function takes it away. */
  intercept(rule: InterceptRule): () => void
  /** Answers somebody in the same process; see `callWithin`. */
  call(call: InnerCall, limit: () => AbortSignal): Promise<unknown>
  /** Answers the requests and upgrades of a server, which may also get its connections by `emit('connection', duplex)`. */
  serve(server: Server): void
  /** Ends every watch, forward, connection and timer. */
  close(): void
}

export interface ApiServerOptions extends Omit<ApiOptions, 'token' | 'definitions'> {
  /** CustomResourceDefinitions of apiextensions.k8s.io/v1, as JSON. */
  readonly crds: readonly unknown[]
  readonly credentials: {
    readonly token: string
    /** PEM texts. */
    readonly certificate: { readonly cert: string; readonly key: string; readonly ca: string }
  }
  /** Any free one unless told. */
  readonly port?: number
}

export interface ApiServer extends Omit<SocketlessApi, 'serve' | 'close'> {
  readonly url: string
  readonly connection: ClusterConnection
  close(): Promise<void>
}

/** Serves the Kubernetes API on 127.0.0.1. Throws when a definition cannot be served or the port is taken. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { credentials, crds, port } = options
  const { cert, key, ca } = credentials.certificate
  const api = createApi({ ...options, token: credentials.token, definitions: crds.map(readDefinition) })
  const server = createServer({ cert, key, ALPNProtocols: ['http/1.1'] })
  api.serve(server)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port ?? 0, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    connection: { server: url, ca, token: credentials.token },
    objects: api.objects,
    intercept: (rule) => api.intercept(rule),
    call: (call, limit) => api.call(call, limit),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        api.close()
      }),
  }
}

/** The request handling of an API server, to be joined with any `http.Server`. */
export function createApi(options: ApiOptions): SocketlessApi {
  const { clock, random, definitions, dial, token, logs, portForwardHint } = options
  const custom = definitions.map(({ resource }) => resource)
  const resources = new Resources([...CORE_RESOURCES, DEFINITIONS, ...custom])
  const store = new Store(clock, options.historyLimit ?? 4096)
  const objects = new Objects(store, resources, random)
  const interception = new Interception(clock)
  const api: Api = { resources, token, objects, interception, logs }
  for (const name of ['default', 'kube-system']) ensureNamespace(store, random, name)
  for (const { definition } of definitions) store.put(DEFINITIONS, asEstablished(definition, random, clock))
  const connections = new Set<Duplex>()
  const forwarder = portForwarder({ api, dial, hint: portForwardHint })
  return {
    objects: objectAccess(objects, resources),
    intercept: (rule) => interception.add(rule),
    call: (call, limit) => callWithin(api, call, limit),
    serve(server) {
      // An idle connection that the server closes first looks like a fault to the client that is just using it.
      server.keepAliveTimeout = 0
      server.on('connection', (connection: Duplex) => {
        connections.add(connection)
        connection.once('close', () => connections.delete(connection))
      })
      server.on('request', (request, response) => void handle(api, request, response))
      server.on('upgrade', (request, socket: Duplex, head: Buffer) => {
        socket.on('error', () => socket.destroy())
        void forwarder.upgrade({ request, socket, head })
      })
    },
    close() {
      interception.close()
      objects.close()
      forwarder.close()
      for (const connection of connections) connection.destroy()
    },
  }
}

function asEstablished(crd: KubeObject, random: Random, clock: Clock): Unversioned {
  const stamp = timestamp(clock.wall())
  const conditions = ['NamesAccepted', 'Established'].map((type) => ({
    type,
    status: 'True',
    lastTransitionTime: stamp,
  }))
  return {
    ...crd,
    metadata: { ...crd.metadata, uid: makeUid(random), creationTimestamp: stamp },
    status: { conditions },
  }
}
