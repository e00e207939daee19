import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { systemClock } from '../engine/base/clock.ts'
import { createKubeClient, type RestKubeClient } from '../engine/cluster/client.ts'
import { readKubeconfig } from '../engine/cluster/kubeconfig.ts'
import { CONFIG_MAPS, NAMESPACES } from '../engine/cluster/resource-path.ts'
import { createWatchHub, type WatchHub } from '../engine/cluster/watch-hub.ts'
import { chainsawMs } from './chainsaw.ts'
import { GWSCEN, measureNode } from './child.ts'
import { firstStartMs } from './first-start.ts'
import type { BenchOptions, Row } from './row.ts'

const COUNT = 100
const LANES = 16

/**
 * A namespace, a ConfigMap and a look at it, a hundred times on the kind cluster, against what the cluster itself
 * needs to be rid of a hundred such namespaces. Nothing where `gwscen cluster up` has not been.
 */
export async function cluster({ smoke }: BenchOptions): Promise<readonly Row[]> {
  const kubeconfig = await runningCluster()
  if (smoke || kubeconfig === undefined) {
    console.error('cluster: skipped, it needs a quiet machine and a cluster: gwscen cluster up')
    return []
  }
  const connection = await readKubeconfig({ path: kubeconfig })
  const client = createKubeClient(connection, { clock: systemClock, maxSockets: 64 })
  const hub = createWatchHub({ connection, clock: systemClock })
  try {
    await hub.open(NAMESPACES).ready
    const bare = await bareCalls(client, hub)
    const chainsaw = await chainsawMs(COUNT, kubeconfig)
    await removeAll(client, hub, 'chainsaw-')
    const run = await suite()
    return [
      {
        name: 'run scenarios/ on kind, launch to the first scenario',
        value: Math.round(await firstStartMs(5)),
        unit: 'ms',
        bound: { below: 2000 },
        note: '4 threads, gateways up, files checked before; median of 5',
      },
      {
        name: `${COUNT} scenarios on kind, launch to the end of the last step`,
        value: Math.round(run.verdictMs),
        unit: 'ms',
        bound: { below: 1200 },
        note: `chainsaw, 100 tests, parallel 16, without deleting: ${chainsaw === undefined ? '1750 ms elsewhere' : `${Math.round(chainsaw)} ms`}`,
      },
      {
        name: `${COUNT} scenarios on kind, first start to the end of the last step, over the bare requests`,
        value: run.spanMs / bare.madeMs,
        unit: '×',
        note: `${Math.round(run.spanMs)} ms against ${Math.round(bare.madeMs)} ms for three requests each, 16 at a time`,
      },
      {
        name: `${COUNT} scenarios on kind, CPU`,
        value: run.cpuMs / 1000,
        unit: 's',
        note: 'chainsaw: 1.0 s',
      },
      {
        name: `${COUNT} scenarios on kind, first deletion to verified end, over bare deletion`,
        value: run.cleanedMs / bare.deletedMs,
        unit: '×',
        bound: { below: 1.1 },
        note: `${Math.round(run.cleanedMs)} ms against ${Math.round(bare.deletedMs)} ms for ${COUNT} namespaces deleted at once`,
      },
    ]
  } finally {
    hub.close()
    client.close()
  }
}

async function runningCluster(): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [GWSCEN, 'cluster', 'status', '--json'])
    const status = JSON.parse(stdout) as { readonly kubeconfig?: string; readonly trouble?: string }
    return status.trouble === undefined ? status.kubeconfig : undefined
  } catch {
    return undefined
  }
}

interface Bare {
  /** For what the scenarios do, by a client that does nothing else. */
  readonly madeMs: number
  /** Watched, from the first delete to the last namespace gone. */
  readonly deletedMs: number
}

async function bareCalls(client: RestKubeClient, hub: WatchHub): Promise<Bare> {
  const startedAt = systemClock.now()
  let next = 0
  const lane = async (): Promise<void> => {
    for (let index = (next += 1); index <= COUNT; index = next += 1) {
      const name = `bench-bare-${index}`
      await client.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
      const metadata = { namespace: name, name: 'limits' }
      await client.create(CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { most: '4' } })
      await client.get(CONFIG_MAPS, metadata)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  const madeMs = systemClock.now() - startedAt
  return { madeMs, deletedMs: await removeAll(client, hub, 'bench-bare-') }
}

/** Gives the time until the last is gone, in milliseconds. */
async function removeAll(client: RestKubeClient, hub: WatchHub, prefix: string): Promise<number> {
  const { items } = await client.list(NAMESPACES, {})
  const left = new Set(items.map(({ metadata }) => metadata.name).filter((name) => name.startsWith(prefix)))
  if (left.size === 0) return 0
  const stream = hub.open(NAMESPACES)
  const gone = new Promise<void>((resolve) => {
    stream.subscribe(({ event, object }) => {
      if (event === 'deleted' && left.delete(object.metadata.name) && left.size === 0) resolve()
    })
  })
  const startedAt = systemClock.now()
  await Promise.all([...left].map((name) => client.delete(NAMESPACES, { name })))
  await gone
  return systemClock.now() - startedAt
}

interface Suite {
  readonly verdictMs: number
  readonly spanMs: number
  readonly cleanedMs: number
  readonly cpuMs: number
}

async function suite(): Promise<Suite> {
  const folder = await mkdtemp(join(tmpdir(), 'gwscen-cluster-bench-'))
  try {
    for (let index = 0; index < COUNT; index += 1)
      await writeFile(join(folder, `c${index}.yaml`), scenario(index))
    const events = join(folder, 'events.ndjson')
    const flags = [
      '--threads',
      '2',
      '--in-flight',
      '8',
      '--reporter',
      'json',
      '--no-history',
      '--target',
      'kind',
    ]
    const launchedAt = systemClock.wall()
    const { cpuMs } = await measureNode([GWSCEN, 'run', folder, ...flags, '--events', events])
    return { ...timesOf(await readFile(events, 'utf8'), launchedAt), cpuMs }
  } finally {
    await rm(folder, { recursive: true })
  }
}

function scenario(index: number): string {
  return `name: Writes a ConfigMap and sees it, number ${index}
gateway: none
namespaces: [app]
steps:
  - apply:
      apiVersion: v1
      kind: ConfigMap
      metadata: { name: limits, namespace: "\${ns.app}" }
      data: { most: "4" }
  - expect:
      resource: { kind: ConfigMap, apiVersion: v1 }
      namespace: "\${ns.app}"
      name: limits
      count: 1
`
}

/** By the stamps of the events, which the main thread sets. */
function timesOf(log: string, launchedAt: number): Omit<Suite, 'cpuMs'> {
  const read = log
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { type: string; at: number; wall?: number })
  const at = (type: string): number[] => read.filter((event) => event.type === type).map((event) => event.at)
  const begun = read.find(({ type }) => type === 'run:started')
  const [first, last] = [Math.min(...at('scenario:started')), Math.max(...at('step:ended'))]
  const offset = (begun?.wall ?? 0) - launchedAt - (begun?.at ?? 0)
  return {
    verdictMs: last + offset,
    spanMs: last - first,
    cleanedMs: Math.max(...at('attempt:ended')) - first,
  }
}
