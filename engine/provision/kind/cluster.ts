import { readFile } from 'node:fs/promises'
import type { Clock } from '../../base/clock.ts'
import { describeError } from '../../base/failure.ts'
import { isObject, valueAt } from '../../base/json.ts'
import { createKubeClient } from '../../cluster/client.ts'
import { readKubeconfig } from '../../cluster/kubeconfig.ts'
import type { ClusterConnection, KubeObject, ResourceType } from '../../cluster/types.ts'
import { createWatchHub } from '../../cluster/watch-hub.ts'
import { hashOf } from '../manifests.ts'
import { TooLate, until } from '../until.ts'
import { judge } from './judge.ts'
import { nodesOf } from './nodes.ts'
import type { RecordFolder } from './record.ts'
import type { Tools } from './tools.ts'

export interface KindOptions {
  readonly name: string
  readonly record: RecordFolder
  /** `kind/cluster.yaml`. */
  readonly configFile: string
  /** Default: the one that this version of kind is made for. */
  readonly nodeImage?: string
  readonly tools: Tools
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Sentences for who waits. */
  readonly say: (text: string) => void
  /** Called when a cluster will be made, so that other work can go on beside it. */
  readonly onMaking?: () => void
  /** How long an API server may take to answer; default 8 s. */
  readonly answersWithinMs?: number
}

export interface KindCluster {
  readonly connection: ClusterConnection
  /** `reused`, or why it was made. */
  readonly note: string
}

const NODES: ResourceType = { group: '', version: 'v1', plural: 'nodes', kind: 'Node', namespaced: false }
/** A server that is there answers in a few milliseconds, also on a busy machine in this time. */
const ANSWERS_WITHIN_MS = 8000
/** As long as Kubernetes takes to notice that a node is back. */
const NODE_READY_WITHIN_MS = 30_000

/** A cluster of that name which we made and which works: the one there is, else a new one. Rejects for one that is not ours. */
export async function ensureCluster(options: KindOptions): Promise<KindCluster> {
  const { name, record, tools, signal, say } = options
  const [nodes, known, shape] = await Promise.all([
    nodesOf(name, tools, signal),
    record.read(),
    shapeOf(options),
  ])
  const standing = judge(nodes, known, { ...options, shape })
  if (standing.is === 'foreign') throw new Error(foreign(options))
  if (standing.is === 'absent') return make(options, { shape, note: 'made' })
  const { connection } = known ?? {}
  const trouble =
    standing.is === 'unsound'
      ? standing.reason
      : connection === undefined
        ? 'its making was cut short'
        : await whyUnreachable(connection, options)
  if (trouble === undefined && connection !== undefined) return { connection, note: 'reused' }
  say(`the kind cluster ${name} cannot be used, ${trouble ?? ''}: it is made again`)
  await tools.run('kind', ['delete', 'cluster', '--name', name, '--kubeconfig', record.kubeconfig], signal)
  return make(options, { shape, note: 'made again' })
}

function foreign({ name }: KindOptions): string {
  return (
    `there is a kind cluster ${name} that gwscen did not make, and it leaves that alone; ` +
    `choose another name (--name for cluster up, --kind-cluster for run), or remove it: kind delete cluster --name ${name}`
  )
}

async function shapeOf({ configFile }: KindOptions): Promise<string> {
  return hashOf(await readFile(configFile, 'utf8'))
}

async function make(
  options: KindOptions,
  { shape, note }: { readonly shape: string; readonly note: string },
): Promise<KindCluster> {
  const { name, record, configFile, nodeImage, tools, signal, onMaking } = options
  onMaking?.()
  const made = { name, shape, ...(nodeImage === undefined ? {} : { nodeImage }) }
  await record.write({ ...made, nodes: [] })
  const image = nodeImage === undefined ? [] : ['--image', nodeImage]
  const where = ['--name', name, '--config', configFile, '--kubeconfig', record.kubeconfig]
  await tools.run('kind', ['create', 'cluster', ...where, ...image], signal)
  const { context: _, ...connection } = await readKubeconfig({ path: record.kubeconfig })
  const nodes = await nodesOf(name, tools, signal)
  await record.write({ ...made, nodes: nodes.map(({ id }) => id), connection })
  return { connection, note: `${note}, ${nodes.length} nodes` }
}

async function whyUnreachable(
  connection: ClusterConnection,
  { clock, signal, answersWithinMs = ANSWERS_WITHIN_MS }: KindOptions,
): Promise<string | undefined> {
  const limits = { retryMs: answersWithinMs, timeoutMs: answersWithinMs }
  const client = createKubeClient(connection, { clock, ...limits })
  const hub = createWatchHub({ connection, clock })
  try {
    const { items } = await client.list(NODES, {}, signal)
    const waiting = { clock, signal, limitMs: NODE_READY_WITHIN_MS }
    for (const node of items.filter((one) => isReady(one) === undefined))
      await until(hub.open(NODES), node.metadata, isReady, waiting)
    return undefined
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof TooLate) return `one of its nodes did not get ready ${error.message}`
    return `its API server does not answer: ${describeError(error)}`
  } finally {
    hub.close()
    client.close()
  }
}

function isReady(node: KubeObject | undefined): true | undefined {
  const conditions = valueAt(node, ['status', 'conditions'])
  const ready =
    Array.isArray(conditions) &&
    conditions.some((one) => isObject(one) && one['type'] === 'Ready' && one['status'] === 'True')
  return ready ? true : undefined
}
