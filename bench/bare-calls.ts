// `bare-calls.ts CALL N`: an embedded gateway, and in a thread, as in a run, its clients and the same call N times.
import { join } from 'node:path'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { systemClock } from '../engine/base/clock.ts'
import { createKubeClient } from '../engine/cluster/client.ts'
import type { ClusterConnection } from '../engine/cluster/types.ts'
import { readProject } from '../engine/commands/project.ts'
import { builtInDescription } from '../engine/gateway/index.ts'
import { openLink, type GatewayLink } from '../engine/run/gateway-link.ts'
import { startEmbedded } from '../engine/targets/embedded.ts'
import type { Deployment } from '../engine/targets/target.ts'

const calls: Readonly<Record<string, (link: GatewayLink) => Promise<unknown>>> = {
  request: ({ http, url }) => http.exchange({ method: 'GET', url: `${url}/health`, timeoutMs: 5000 }),
  redis: ({ redis }) => redis.command('SET', 'bench', '1'),
}

interface Task {
  readonly call: string
  readonly times: number
  readonly connection: ClusterConnection
  readonly deployment: Deployment
}

async function inThread({ call, times, connection, deployment }: Task): Promise<void> {
  const clock = systemClock
  const client = createKubeClient(connection, { clock })
  const link = await openLink({ deployment, description: builtInDescription, connection, client, clock })
  const bare = calls[call]
  if (bare === undefined) throw new Error(`no call is named ${call}`)
  for (let left = times; left > 0; left -= 1) await bare(link)
  await link.close()
  client.close()
}

async function onMain(call: string, times: number): Promise<void> {
  const root = join(import.meta.dirname, '..')
  const { configurations, crds, policy } = await readProject({ root, cwd: root })
  const target = await startEmbedded({
    clock: systemClock,
    seed: 'bench',
    wanted: { profiles: ['dedup'], exclusive: {} },
    configurations,
    crds,
    policy,
    faults: [],
    searchPath: process.env['PATH'] ?? '',
    watchdogEntry: join(root, 'dist', 'watchdog.js'),
    tempFolder: process.env['TMPDIR'] ?? '/tmp',
    onWarning: (text) => console.error(text),
  })
  const { connection, deployments } = target
  const task = { call, times, connection, deployment: deployments[0] }
  const code = `import('tsx/esm/api').then(({ register }) => (register(), import(${JSON.stringify(import.meta.url)})))`
  const worker = new Worker(code, { eval: true, workerData: task })
  await new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject))
  await target.close()
}

if (isMainThread) await onMain(process.argv[2] ?? '', Number(process.argv[3]))
else await inThread(workerData as Task)
