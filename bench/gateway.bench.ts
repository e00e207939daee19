import { readFile } from 'node:fs/promises'
import { systemClock } from '../engine/base/clock.ts'
import { randomFrom } from '../engine/base/random.ts'
import type { GatewayProcess } from '../engine/embedded/gateway/standalone/testing/gateway-process.ts'
import {
  flood,
  thousand,
  unaccounted,
  type Flooded,
  type LoadAlert,
} from '../engine/embedded/gateway/standalone/testing/load.ts'
import { loadConfig, REQUESTS } from '../engine/embedded/gateway/standalone/testing/load-config.ts'
import { openStage, type Stage } from '../engine/embedded/gateway/standalone/testing/stage.ts'
import type { BenchOptions, Row } from './row.ts'

const IN_FLIGHT = 32
/** So that what is kept for ever ends the process, and what the collector has only not seen to yet does not count. */
const HEAP_MIB = 96
/** The gateway's windows last 1 s; a busy machine gets ten times as long. */
const OBJECTS_WITHIN_MS = 10_000

interface Batch {
  readonly namespace: string
  readonly alerts: readonly LoadAlert[]
}

interface Tally {
  readonly floods: Flooded[]
  readonly lost: string[]
  readonly residentMiB: number[]
}

/** The stand-alone gateway under load: a process of its own, a real Redis, and the API server in this process. */
export async function gateway({ smoke }: BenchOptions): Promise<readonly Row[]> {
  const stage = await openStage(process.env['PATH'] ?? '')
  try {
    const keep = (line: { readonly [field: string]: unknown }): boolean => line['request_id'] === undefined
    const env = { NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}` }
    const server = await stage.gateway(loadConfig(stage), { keep, env })
    const first = await run(stage, server, { from: 0, batches: smoke ? 1 : 10 })
    const rows = throughputRows(first, stage.redisName)
    if (smoke) return rows
    const second = await run(stage, server, { from: 10, batches: 90 })
    return [...rows, ...memoryRows([...first.residentMiB, ...second.residentMiB], second)]
  } finally {
    await stage.close()
  }
}

/** Sends batch after batch; each is accounted for while the next one is under way, and then removed. */
async function run(
  stage: Stage,
  server: GatewayProcess,
  { from, batches }: { readonly from: number; readonly batches: number },
): Promise<Tally> {
  const url = await server.url()
  const tally: Tally = { floods: [], lost: [], residentMiB: [] }
  let accounting = Promise.resolve()
  for (let number = from; number < from + batches; number += 1) {
    const namespace = `load-${number}`
    stage.cluster.objects.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    const alerts = thousand(namespace, randomFrom('load', number))
    tally.floods.push(await flood(url, alerts, IN_FLIGHT))
    await accounting
    accounting = account(stage, { namespace, alerts }, tally)
    tally.residentMiB.push(await residentMiB(server))
  }
  await accounting
  return tally
}

async function account(stage: Stage, { namespace, alerts }: Batch, { lost }: Tally): Promise<void> {
  const { objects } = stage.cluster
  const deadline = systemClock.now() + OBJECTS_WITHIN_MS
  const left = (): readonly string[] => unaccounted(alerts, objects.list(REQUESTS, { namespace }))
  while (left().length > 0 && systemClock.now() < deadline) await systemClock.sleep(200)
  lost.push(...left())
  for (const { metadata } of objects.list(REQUESTS, { namespace })) {
    objects.delete(REQUESTS, { namespace, name: metadata.name })
  }
}

function throughputRows({ floods, lost }: Tally, redisName: string): Row[] {
  const sent = floods.reduce((sum, { latenciesMs }) => sum + latenciesMs.length, 0)
  const wallMs = floods.reduce((sum, one) => sum + one.wallMs, 0)
  const latencies = floods.flatMap(({ latenciesMs }) => latenciesMs).sort((a, b) => a - b)
  const [p50, p99] = [quantile(latencies, 0.5), quantile(latencies, 0.99)]
  const note = `${sent} alerts, ${IN_FLIGHT} in flight, ${redisName}, API server in the sender's process`
  return [
    { name: 'alerts lost', value: lost.length, unit: 'alerts', bound: { exactly: 0 }, note: lost[0] ?? note },
    { name: 'answers that are not 2xx', value: refused(floods), unit: 'answers', bound: { exactly: 0 } },
    { name: 'throughput', value: (sent / wallMs) * 1000, unit: 'alerts/s', note },
    { name: 'latency, median', value: p50, unit: 'ms' },
    { name: 'latency, p99', value: p99, unit: 'ms' },
    { name: 'latency, p99 / median', value: p99 / p50, unit: '×' },
  ]
}

/** Flat: the last tenth needs hardly more than the second, when all code is loaded and compiled. */
function memoryRows(residentMiB: readonly number[], { lost, floods }: Tally): Row[] {
  const tenth = Math.floor(residentMiB.length / 10)
  const early = median(residentMiB.slice(tenth, 2 * tenth))
  const late = median(residentMiB.slice(-tenth))
  const note = `${early.toFixed(0)} MiB after ${tenth}000 to ${2 * tenth}000 alerts, ${late.toFixed(0)} MiB at the end of ${residentMiB.length}000, heap of at most ${HEAP_MIB} MiB`
  return [
    {
      name: 'alerts lost, the 90,000 that follow',
      value: lost.length,
      unit: 'alerts',
      bound: { exactly: 0 },
      ...(lost[0] === undefined ? {} : { note: lost[0] }),
    },
    {
      name: 'answers that are not 2xx, there',
      value: refused(floods),
      unit: 'answers',
      bound: { exactly: 0 },
    },
    { name: 'resident memory, late / early', value: late / early, unit: '×', bound: { below: 1.25 }, note },
  ]
}

function refused(floods: readonly Flooded[]): number {
  const counts = floods.flatMap(({ statuses }) => Object.entries(statuses))
  return counts.reduce((sum, [status, count]) => sum + (status.startsWith('2') ? 0 : count), 0)
}

async function residentMiB({ child }: GatewayProcess): Promise<number> {
  const status = await readFile(`/proc/${String(child.pid)}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) / 1024
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  )
}
