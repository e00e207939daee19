import { valueAt } from '../../../base/json.ts'
import { type Answer, type Workbench, type WorkbenchOptions } from './workbench.ts'

/** A short scenario; `holds` tells whether the gateway did as documented. */
export interface Probe {
  readonly options?: WorkbenchOptions
  readonly holds: (bench: Workbench) => Promise<boolean>
}

export const DURATION =
  'gateway_http_request_duration_seconds_count{endpoint="/api/v1/signals/prometheus",method="POST"'
export const HASH = 'gateway:dedup:fingerprint:*'

const statuses = (answers: readonly Answer[]): string => answers.map(({ status }) => status).join(' ')
export const count = (bench: Workbench): number => bench.kube.objects.length
export const affected = (bench: Workbench): unknown[] =>
  bench.kube.objects.map((object) => valueAt(object, ['spec', 'affectedResources']))
export const occurrences = (bench: Workbench): unknown =>
  valueAt(bench.kube.objects[0], ['spec', 'deduplication', 'occurrenceCount'])

export async function inTurn(bench: Workbench, ...labels: Record<string, string>[]): Promise<string> {
  const answers: Answer[] = []
  for (const each of labels) answers.push(await bench.until(bench.alert(each)))
  return statuses(answers)
}

/** Three members, the last joining after 4 of 5 seconds; so that the window closes at the ninth. */
export async function storm(bench: Workbench): Promise<void> {
  await inTurn(bench, { pod: 'p-1' }, { pod: 'p-2' })
  await bench.pass(4000)
  await inTurn(bench, { pod: 'p-3' })
}

export const MEMBERS = ['team-a:Pod:p-1', 'team-a:Pod:p-2', 'team-a:Pod:p-3']

export function setPhase(bench: Workbench, phase: string): void {
  const object = bench.kube.objects.at(-1)
  if (object === undefined) throw new Error('no object')
  const { namespace = '', name } = object.metadata
  bench.kube.setPhase({ namespace, name }, phase)
}

export async function redisAway(bench: Workbench): Promise<void> {
  await inTurn(bench, { pod: 'before' })
  bench.beforeRedis = () => Promise.reject(new Error('connect ECONNREFUSED'))
}

export async function scraped(bench: Workbench): Promise<string> {
  return (await bench.send('/metrics', { method: 'GET' })).text
}
