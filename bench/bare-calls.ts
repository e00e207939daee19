// `bare-calls.ts CALL FROM TO`: an embedded gateway, and in a thread, as in a run, its clients and the same call TO
// times, each followed by work that has nothing to do with it (`nothing` is that work alone). Prints what each needs
// after the first FROM, in CPU milliseconds of the whole process.
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
  nothing: () => Promise.resolve(),
  request: ({ http, url }) => http.exchange({ method: 'GET', url: `${url}/health`, timeoutMs: 5000 }),
  redis: ({ redis }) => redis.command('SET', 'bench', '1'),
}

/**
 * About as much as a step that calls nobody. A call in a tight loop finds all caches warm, and costs half of what it
 * costs between other work; a caller without an engine has other work, too.
 */
function otherWork(): void {
  JSON.parse(JSON.stringify(DOCUMENT))
}

const DOCUMENT = Object.fromEntries(
  Array.from({ length: 60 }, (_, index) => [
    `field-${index}`,
    { text: `${index}`, list: [index, { index }] },
  ]),
)

interface Task {
  readonly call: string
  readonly from: number
  readonly to: number
  readonly connection: ClusterConnection
  readonly deployment: Deployment
}

async function inThread({ call, from, to, connection, deployment }: Task): Promise<void> {
  const clock = systemClock
  const client = createKubeClient(connection, { clock })
  const link = await openLink({ deployment, description: builtInDescription, connection, client, clock })
  const bare = calls[call]
  if (bare === undefined) throw new Error(`no call is named ${call}`)
  let begin = process.cpuUsage()
  for (let done = 0; done < to; done += 1) {
    if (done === from) begin = process.cpuUsage()
    await bare(link)
    otherWork()
  }
  const { user, system } = process.cpuUsage(begin)
  console.log((user + system) / 1000 / (to - from))
  await link.close()
  client.close()
}

async function onMain(call: string, from: number, to: number): Promise<void> {
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
  const task = { call, from, to, connection, deployment: deployments[0] }
  const code = `import('tsx/esm/api').then(({ register }) => (register(), import(${JSON.stringify(import.meta.url)})))`
  const worker = new Worker(code, { eval: true, workerData: task })
  await new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject))
  await target.close()
}

if (isMainThread) await onMain(process.argv[2] ?? '', Number(process.argv[3]), Number(process.argv[4]))
else await inThread(workerData as Task)
