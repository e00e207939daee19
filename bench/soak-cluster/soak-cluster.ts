import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../engine/base/clock.ts'
import { createKubeClient } from '../../engine/cluster/client.ts'
import { readKubeconfig } from '../../engine/cluster/kubeconfig.ts'
import { decodeLog } from '../../engine/events/ndjson.ts'
import { RecordFolder, recordsFolder } from '../../engine/provision/kind/record.ts'
import { GWSCEN } from '../child.ts'
import { leftBehind } from './audit.ts'
import { faults, type Fault } from './faults.ts'
import { judgeLog } from './judge-log.ts'
import { writeScenarios } from './scenario-texts.ts'
import { startThrottlingProxy } from './throttling-proxy.ts'

const CLUSTER = process.env['GWSCEN_KIND_CLUSTER'] ?? 'gwscen'
const NAMESPACE = 'gwscen-dedup'
const SCENARIOS = 192
const THROTTLED = 0.01
/** 64 lanes. */
const WIDTH = ['--threads', '4', '--in-flight', '16']

/** Faults by name; without one, a run that nothing disturbs. */
const KINDS = ['none', 'pod', 'redis', 'kubelet', 'throttle']

/**
 * 64 lanes on 4 threads on the kind cluster, with a fault in the middle:
 * `npm run soak -- cluster [none|pod|redis|kubelet|throttle] [scenarios]`; all of them where none is named.
 */
export async function soakCluster([kind, count = String(SCENARIOS)]: readonly string[]): Promise<boolean> {
  const { kubeconfig } = new RecordFolder(recordsFolder(process.env), CLUSTER)
  if (!existsSync(kubeconfig)) {
    process.stdout.write(`skipped: there is no kind cluster ${CLUSTER}; gwscen cluster up makes it\n`)
    return true
  }
  let isWell = true
  for (const one of kind === undefined ? KINDS : [kind])
    isWell = (await soakOnce(one, { kubeconfig, count: Number(count) })) && isWell
  return isWell
}

async function soakOnce(
  kind: string,
  { kubeconfig, count }: { readonly kubeconfig: string; readonly count: number },
): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'gwscen-soak-'))
  const soaked = writeScenarios(join(folder, 'scenarios'), count)
  const connection = await readKubeconfig({ path: kubeconfig })
  const client = createKubeClient(connection, { clock: systemClock, retryMs: 60_000 })
  const context = `kind-${CLUSTER}`
  const proxy =
    kind === 'throttle'
      ? await startThrottlingProxy(connection, { share: THROTTLED, context, seed: folder })
      : undefined
  if (proxy !== undefined) writeFileSync(join(folder, 'kubeconfig'), proxy.kubeconfig)
  const startedAt = systemClock.now()
  try {
    const events = join(folder, 'events.ndjson')
    const target = ['--target', 'cluster', '--context', context]
    const by = ['--kubeconfig', proxy === undefined ? kubeconfig : join(folder, 'kubeconfig')]
    const quiet = ['--reporter', 'none', '--no-history', '--events', events]
    const args = ['run', join(folder, 'scenarios'), ...target, ...by, ...WIDTH, ...quiet]
    const run = spawn(process.execPath, [GWSCEN, ...args], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const closed = once(run, 'close')
    const fault = Object.entries<Fault>(faults).find(([name]) => name === kind)?.[1]
    const told = fault === undefined ? '' : await inTheMiddle(run, { events, fault, client })
    const [code] = (await closed) as [number | null]
    const log = decodeLog(readFileSync(events, 'utf8')).events
    const judged = judgeLog(log, soaked, code)
    const left = await leftBehind(log, { client, connection, namespace: NAMESPACE, folder })
    const throttled =
      proxy === undefined ? '' : `; ${proxy.counts.throttled} of ${proxy.counts.asked} answers 429`
    const nothingDone =
      proxy?.counts.throttled === 0 || told === NOT_DONE ? [`${kind}: nothing was disturbed`] : []
    const bad = [...judged.bad, ...left.map((what) => `left: ${what}`), ...nothingDone]
    const seconds = ((systemClock.now() - startedAt) / 1000).toFixed(1)
    const sentence = told === '' ? '' : `; ${told}`
    process.stdout.write(
      `${bad.length === 0 ? 'ok ' : 'BAD'} ${kind}: ${judged.says}${sentence}${throttled}; ${left.length} things left; ${seconds} s\n` +
        bad.map((line) => `    ${line}\n`).join(''),
    )
    if (bad.length === 0) rmSync(folder, { recursive: true })
    else process.stdout.write(`    the log is ${events}\n`)
    return bad.length === 0
  } finally {
    client.close()
    await proxy?.close()
  }
}

const NOT_DONE = 'the run was over before its middle'

interface Middle {
  readonly events: string
  readonly fault: Fault
  readonly client: Parameters<Fault>[0]['client']
}

/** Once a quarter of the scenarios is over, while all lanes are busy. */
async function inTheMiddle(run: ChildProcess, { events, fault, client }: Middle): Promise<string> {
  for (;;) {
    const text = existsSync(events) ? readFileSync(events, 'utf8') : ''
    const planned = /"type":"run:started".*/.exec(text)?.[0].match(/"file":/g)?.length ?? Infinity
    if ((text.match(/"type":"scenario:ended"/g)?.length ?? 0) >= planned / 4)
      return fault({ client, namespace: NAMESPACE })
    if (run.exitCode !== null) return NOT_DONE
    await systemClock.sleep(200)
  }
}
