import { Agent, request } from 'node:http'
import { valueAt } from '../../../../base/json.ts'
import type { KubeObject } from '../../../../cluster/types.ts'
import { systemClock } from '../../../../base/clock.ts'
import { shuffle, type Random } from '../../../../base/random.ts'

/** One alert as it is sent. */
export interface LoadAlert {
  readonly namespace: string
  readonly alertname: string
  readonly pod: string
}

export interface Flooded {
  /** Status → how many. */
  readonly statuses: Readonly<Record<number, number>>
  /** In the order of the answers. */
  readonly latenciesMs: readonly number[]
  readonly wallMs: number
}

/** 1000 alerts for one namespace in random order: 600 that make objects, 200 repeats of them, one storm of 200. */
export function thousand(namespace: string, random: Random): readonly LoadAlert[] {
  const calm = Array.from({ length: 600 }, (_, index) => ({
    namespace,
    alertname: `Calm${index % 60}`,
    pod: `p-${Math.floor(index / 60)}`,
  }))
  const storm = Array.from({ length: 200 }, (_, index) => ({
    namespace,
    alertname: 'Storm',
    pod: `s-${index}`,
  }))
  return shuffle([...calm, ...calm.slice(0, 200), ...storm], random)
}

/** Sends them over `inFlight` kept connections, as fast as answers come. */
export async function flood(url: string, alerts: readonly LoadAlert[], inFlight: number): Promise<Flooded> {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight })
  const statuses: Record<number, number> = {}
  const latenciesMs: number[] = []
  const queue = alerts.values()
  const begin = systemClock.now()
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      for (const alert of queue) {
        const sent = systemClock.now()
        const status = await post(agent, url, alert)
        latenciesMs.push(systemClock.now() - sent)
        statuses[status] = (statuses[status] ?? 0) + 1
      }
    }),
  )
  agent.destroy()
  return { statuses, latenciesMs, wallMs: systemClock.now() - begin }
}

/** The alerts that no object accounts for, or that an object has counted too seldom or too often. */
export function unaccounted(alerts: readonly LoadAlert[], objects: readonly KubeObject[]): readonly string[] {
  const storms = new Set<string>()
  const counts = new Map<string, number>()
  for (const { metadata, spec } of objects) {
    const name = `${metadata.namespace ?? ''} ${String(valueAt(spec, ['signalName']))}`
    const affected = valueAt(spec, ['affectedResources'])
    if (Array.isArray(affected)) for (const one of affected) storms.add(`${name} ${String(one)}`)
    const pod = String(valueAt(spec, ['signalLabels', 'pod']))
    const count = Number(valueAt(spec, ['deduplication', 'occurrenceCount']))
    counts.set(`${name} ${pod}`, (counts.get(`${name} ${pod}`) ?? 0) + count)
  }
  const sent = new Map<string, number>()
  for (const alert of alerts) sent.set(keyOf(alert), (sent.get(keyOf(alert)) ?? 0) + 1)
  return alerts.flatMap((alert) => {
    const { namespace, alertname, pod } = alert
    const inStorm = storms.has(`${namespace} ${alertname} ${namespace}:Pod:${pod}`)
    if (inStorm || counts.get(keyOf(alert)) === sent.get(keyOf(alert))) return []
    return [`${keyOf(alert)}: sent ${sent.get(keyOf(alert)) ?? 0}, counted ${counts.get(keyOf(alert)) ?? 0}`]
  })
}

function keyOf({ namespace, alertname, pod }: LoadAlert): string {
  return `${namespace} ${alertname} ${pod}`
}

function post(agent: Agent, url: string, alert: LoadAlert): Promise<number> {
  const labels = { ...alert, severity: 'critical' }
  const body = JSON.stringify({ alerts: [{ status: 'firing', labels, annotations: { summary: 'load' } }] })
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const sent = request(
      `${url}/api/v1/signals/prometheus`,
      { method: 'POST', agent, headers },
      (response) => {
        response.resume()
        response.once('end', () => resolve(response.statusCode ?? 0))
        response.once('error', reject)
      },
    )
    sent.once('error', reject)
    sent.end(body)
  })
}
