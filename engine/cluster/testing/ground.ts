import { readFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { parse } from 'yaml'
import { systemClock } from '../../base/clock.ts'
import { randomFrom } from '../../base/random.ts'
import { startApiServer } from '../../embedded/apiserver/api-server.ts'
import { makeCertificate } from '../../embedded/apiserver/certificate.ts'
import { isObject, valueAt } from '../../base/json.ts'
import { untilReady } from '../await-pods.ts'
import { createKubeClient } from '../client.ts'
import { readKubeconfig } from '../kubeconfig.ts'
import { readyPod } from '../ready-pod.ts'
import { CONFIG_MAPS, NAMESPACES, PODS } from '../resource-path.ts'
import type { ClusterConnection, KubeClient, KubeObject } from '../types.ts'
import { serve } from './talker.js'

/** Where the talker listens in its pod. */
export const PORT = 7000
/** What the talker writes to its log when it begins. */
export const FIRST_WORDS = `talking on ${PORT}`

/** A namespace of its own with a pod that talks. */
export interface Ground {
  readonly connection: ClusterConnection
  readonly namespace: string
  readonly kubeconfig: string
  /** Another pod stands in its place, and is ready. */
  replacePod(client: KubeClient): Promise<void>
  /** The server no longer knows what was at first. */
  forget(client: KubeClient): Promise<void>
  close(): Promise<void>
}

export async function standOnEmbedded(): Promise<Ground> {
  const talker = createServer({ allowHalfOpen: true }, serve)
  await new Promise<void>((resolve) => talker.listen(0, '127.0.0.1', resolve))
  const { port } = talker.address() as AddressInfo
  const api = await startApiServer({
    clock: systemClock,
    random: randomFrom('contract'),
    crds: [parse(await readFile(DEFINITION, 'utf8'))],
    logs: () => [FIRST_WORDS],
    historyLimit: 500,
    dial: (_, wanted) =>
      wanted === PORT ? connect({ host: '127.0.0.1', port, allowHalfOpen: true }) : undefined,
    credentials: { token: 'contract', certificate: await makeCertificate(systemClock) },
    portForwardHint: () => 'nothing listens there',
  })
  const namespace = 'contract'
  const put = (name: string): unknown => api.objects.create({ ...podOf(namespace, name), status: READY })
  api.objects.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  put('talker-1')
  const { server, ca = '', token } = api.connection
  const cluster = { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') }
  return {
    connection: api.connection,
    namespace,
    kubeconfig: JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'box', cluster }],
      users: [{ name: 'box', user: { token } }],
      contexts: [{ name: 'box', context: { cluster: 'box', user: 'box' } }],
      'current-context': 'box',
    }),
    replacePod: async (client) => {
      await client.delete(PODS, { namespace, name: 'talker-1' })
      put('talker-2')
    },
    forget: async (client) => {
      const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name: 'many' } }
      const { metadata } = await client.create(CONFIG_MAPS, object)
      for (let count = 0; count < 500; count += 1)
        await client.patch(CONFIG_MAPS, metadata, { merge: { data: { count: String(count) } } })
    },
    close: async () => {
      await api.close()
      talker.close()
    },
  }
}

export async function standOnCluster(path: string): Promise<Ground> {
  const connection = await readKubeconfig({ path })
  const client = createKubeClient(connection, { clock: systemClock })
  const namespace = `gwscen-contract-${randomFrom('contract', systemClock.wall()).word(6)}`
  const place = {
    client,
    connection,
    clock: systemClock,
    namespace,
    labelSelector: 'app=talker',
    limitMs: 90_000,
  }
  await client.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const source = await readFile(new URL('talker.js', import.meta.url), 'utf8')
  const program = `${source}
import { createServer } from 'node:net'
createServer({ allowHalfOpen: true }, serve).listen(${PORT}, () => console.log('${FIRST_WORDS}'))`
  const image = await imageWithNode(client)
  const start = async (name: string): Promise<void> => {
    await client.create(PODS, podOf(namespace, name, { program, image }))
    await untilReady(place, (pod) => pod.name === name)
  }
  await start('talker-1')
  return {
    connection,
    namespace,
    kubeconfig: await readFile(path, 'utf8'),
    replacePod: async () => {
      await client.delete(PODS, await readyPod(client, place))
      await start('talker-2')
    },
    // Its watch cache begins when it does.
    forget: () => Promise.resolve(),
    close: async () => {
      await client.delete(NAMESPACES, { name: namespace })
      client.close()
    },
  }
}

const DEFINITION = new URL('../../../kind/manifests/remediationrequests.yaml', import.meta.url)

const READY = {
  phase: 'Running',
  conditions: [{ type: 'Ready', status: 'True' }],
  containerStatuses: [{ name: 'talker', ready: true, restartCount: 0 }],
}

/** One that the nodes have: that of a gateway, which is written in it. */
async function imageWithNode(client: KubeClient): Promise<string> {
  const { items } = await client.list(PODS, { labelSelector: 'app=gateway' })
  const [first] = items.flatMap((pod) => {
    const containers = valueAt(pod, ['spec', 'containers'])
    return Array.isArray(containers) ? (containers as unknown[]) : []
  })
  const image = isObject(first) ? first['image'] : undefined
  if (typeof image === 'string') return image
  throw new Error('no gateway runs on this cluster whose image could run Node: gwscen cluster up')
}

function podOf(namespace: string, name: string, { program = '', image = 'node' } = {}): KubeObject {
  const command = ['node', '--input-type=module', '-e', program]
  const container = {
    name: 'talker',
    image,
    command,
    imagePullPolicy: 'IfNotPresent',
    readinessProbe: { tcpSocket: { port: PORT }, periodSeconds: 1 },
  }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels: { app: 'talker' } },
    spec: { containers: [container], terminationGracePeriodSeconds: 0 },
  }
}
