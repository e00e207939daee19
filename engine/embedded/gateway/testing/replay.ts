import { valueAt } from '../../../base/json.ts'
import type { RemediationRequest } from '../ports.ts'
import type { RecordedKey, RecordedReply, RecordedSend, RecordedStep, Recording } from './recording.ts'
import type { Workbench } from './workbench.ts'
import { type Answer } from './workbench.ts'

export interface Difference {
  /** `step 3 (0.12 s): send /api/…` */
  readonly where: string
  readonly recorded: string
  readonly replayed: string
}

const SIGNALS = ['/health', '/healthz', '/ready', '/metrics']
/** Gauges: the recorded increase starts from what an earlier conversation had left. */
const BASE_UNKNOWN = [
  'gateway_storm_cost_savings_percent',
  'gateway_storm_aggregation_ratio',
  'gateway_namespace_buffer_utilization',
  'gateway_redis_available',
]
const TTL_TOLERANCE_S = 0.3

/** Has the same conversation with the gateway of the workbench and tells what came out otherwise. */
export async function replay(recording: Recording, bench: Workbench): Promise<Difference[]> {
  const replayer = new Replayer(bench)
  for (const [index, step] of recording.steps.entries()) await replayer.step(index, step)
  await replayer.metrics('at the end', recording.metrics)
  return replayer.differences
}

class Replayer {
  readonly differences: Difference[] = []
  readonly #bench: Workbench

  constructor(bench: Workbench) {
    this.#bench = bench
  }

  async step(index: number, step: RecordedStep): Promise<void> {
    const where = `step ${index} (${step.at} s)`
    const due = step.at * 1000 - this.#bench.clock.now()
    if (due > 0) await this.#bench.pass(due)
    if (step.send !== undefined && step.reply !== undefined) {
      const answer = await this.#send(step.send)
      this.#compare(`${where}: ${step.send.path}`, seen(step.reply), seen(replyOf(answer, step.reply)))
    }
    if (step.together !== undefined) await this.#together(where, step.together, step.replies ?? [])
    if (step.phase !== undefined) this.#patch(step.phase)
    if (step.remove === true) this.#bench.kube.clear()
    if (step.flush === true) await this.#bench.redis.command('FLUSHDB')
    if (step.look === true) await this.#look(where, step)
    if (step.metrics !== undefined) await this.metrics(where, step.metrics)
  }

  /** Counters that moved, on both sides. */
  async metrics(where: string, recorded: Readonly<Record<string, number>>): Promise<void> {
    const { text } = await this.#bench.send('/metrics', { method: 'GET' })
    const replayed: Record<string, number> = {}
    for (const line of text.split('\n')) {
      const [, series = '', value] = /^(gateway_\S*(?:\{.*\})?) (\S+)$/.exec(line) ?? []
      if (value !== undefined && Number(value) !== 0) replayed[series] = Number(value)
    }
    this.#compare(`${where}: metrics`, comparable(recorded), comparable(replayed))
  }

  #send({ method = 'POST', path, headers, body }: RecordedSend): Promise<Answer> {
    const sent = headers ?? { 'content-type': 'application/json' }
    const none = body === undefined || body === null
    return this.#bench.until(
      this.#bench.send(path, none ? { method, headers: sent } : { method, headers: sent, body }),
    )
  }

  async #together(
    where: string,
    sends: readonly RecordedSend[],
    replies: readonly RecordedReply[],
  ): Promise<void> {
    const answers = await this.#bench.until(
      Promise.all(
        sends.map(({ method = 'POST', path, body }) =>
          this.#bench.send(path, { method, headers: { 'content-type': 'application/json' }, body }),
        ),
      ),
    )
    const [like] = replies
    const replayed = answers.map((answer) => replyOf(answer, like)).map(withoutCount)
    this.#compare(
      `${where}: together`,
      sorted(replies.map(withoutCount).map(seen)),
      sorted(replayed.map(seen)),
    )
  }

  #patch({ to, match, index }: NonNullable<RecordedStep['phase']>): void {
    const all = this.#bench.kube.objects.filter(
      (object) => match === undefined || valueAt(object, ['spec', 'signalName']) === match,
    )
    const object = all[index ?? all.length - 1]
    if (object === undefined) throw new Error(`no object to patch: ${match ?? 'any'}`)
    const { namespace = '', name } = object.metadata
    this.#bench.kube.setPhase({ namespace, name }, to)
  }

  async #look(where: string, { redis = {}, objects = [] }: RecordedStep): Promise<void> {
    const keys = await readKeys(this.#bench)
    this.#compare(`${where}: keys`, seen(withoutTtl(redis)), seen(withoutTtl(keys)))
    for (const [key, { ttl }] of Object.entries(redis)) {
      const found = twin(key, redis, keys)
      if (found !== undefined && !sameTtl(ttl, found.ttl)) {
        this.#compare(`${where}: ttl of ${key}`, String(ttl), String(found.ttl))
      }
    }
    this.#compare(`${where}: objects`, seen(objects), seen(this.#bench.kube.objects.map(shown)))
  }

  #compare(where: string, recorded: string, replayed: string): void {
    if (recorded !== replayed) this.differences.push({ where, recorded, replayed })
  }
}

async function readKeys(bench: Workbench): Promise<Record<string, RecordedKey>> {
  const result: Record<string, RecordedKey> = {}
  for (const key of await bench.keys()) {
    const type = String(await bench.redis.command('TYPE', key))
    const ms = Number(await bench.redis.command('PTTL', key))
    result[key] = { type, ttl: ms < 0 ? null : ms / 1000, value: await readValue(bench, key, type) }
  }
  return result
}

async function readValue(bench: Workbench, key: string, type: string): Promise<unknown> {
  if (type === 'string') return bench.redis.command('GET', key)
  if (type === 'list') return bench.redis.command('LRANGE', key, 0, -1)
  if (type === 'zset')
    return ((await bench.redis.command('ZRANGE', key, 0, -1, 'WITHSCORES')) as unknown[]).map(String)
  const flat = (await bench.redis.command('HGETALL', key)) as string[] | Record<string, string>
  if (!Array.isArray(flat)) return flat
  return Object.fromEntries(
    flat.flatMap((field, index) => (index % 2 === 0 ? [[field, flat[index + 1]]] : [])),
  )
}

function replyOf({ status, headers, text, json }: Answer, like: RecordedReply | undefined): RecordedReply {
  const names = Object.keys(like?.headers ?? {})
  return {
    status,
    headers: Object.fromEntries(names.map((name) => [name, String(headers[name])])),
    body: json ?? text,
  }
}

/** Which of several simultaneous duplicates got which count is open. */
function withoutCount(reply: RecordedReply): RecordedReply {
  const text = JSON.stringify(reply.body).replace(/"Count":\d+/, '"Count":0')
  return { ...reply, body: JSON.parse(text) as unknown }
}

function shown({ metadata, ...object }: RemediationRequest): unknown {
  const { annotations, labels, name, namespace } = metadata
  const phase = valueAt(object, ['status', 'overallPhase'])
  return {
    metadata: { annotations, labels, name, namespace },
    spec: object['spec'],
    ...(phase === undefined ? {} : { status: { overallPhase: phase } }),
  }
}

function comparable(metrics: Readonly<Record<string, number>>): string {
  const relevant = Object.entries(metrics).filter(
    ([series]) =>
      !/_(?:bucket|sum)(?:\{|$)/.test(series) &&
      !BASE_UNKNOWN.some((name) => series.startsWith(name)) &&
      !SIGNALS.some((path) => series.includes(`endpoint="${path}"`)),
  )
  return seen(Object.fromEntries(relevant))
}

/** The replayed key of the same name; where windows differ only in their number, the one in the same place. */
function twin(
  key: string,
  recorded: Readonly<Record<string, RecordedKey>>,
  replayed: Readonly<Record<string, RecordedKey>>,
): RecordedKey | undefined {
  const alike = (keys: object): string[] =>
    Object.keys(keys)
      .filter((other) => seen(other) === seen(key))
      .sort()
  const name = alike(replayed)[alike(recorded).indexOf(key)]
  return name === undefined ? undefined : replayed[name]
}

function withoutTtl(keys: Readonly<Record<string, RecordedKey>>): unknown {
  return Object.fromEntries(Object.entries(keys).map(([key, { type, value }]) => [key, { type, value }]))
}

function sameTtl(recorded: number | null, replayed: number | null): boolean {
  if (recorded === null || replayed === null) return recorded === replayed
  return Math.abs(recorded - replayed) <= TTL_TOLERANCE_S + 0.01
}

function sorted(texts: readonly string[]): string {
  return [...texts].sort().join('\n')
}

/** A value as text with sorted keys, without what differs between two recordings of one conversation. */
function seen(value: unknown): string {
  return JSON.stringify(ordered(value), null, 2)
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (time) =>
      time.startsWith('0001') ? time : '<time>',
    )
    .replace(/-\d{10}\b/g, '-<unix>')
    .replace(/"1\d{9}"/g, '"<unix>"')
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, ordered(inner)]))
}
