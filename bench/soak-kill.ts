import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../engine/base/clock.ts'
import { randomFrom, type Random } from '../engine/base/random.ts'
import { loadProject, readProject } from '../engine/commands/project.ts'
import type { EventBody } from '../engine/events/event.ts'
import { connectRedis } from '../engine/redis/redis-client.ts'
import { startHost } from '../engine/run/host.ts'
import { ThreadPool, type Pool, type ThreadPoolOptions } from '../engine/run/thread-pool.ts'
import { startEmbedded, type EmbeddedTarget } from '../engine/targets/embedded.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SCENARIOS = 100
const KILLS = 50
const THREADS = 4
const LANES = 2

/** Every tenth is about something that is not so, and must fail. */
const mustFail = (index: number): boolean => index % 10 === 0

function scenarioText(index: number): string {
  return `name: Scenario ${index}
gateway: dedup
namespaces: [app]
steps:
  - send:
      alert: { name: Killed${index}, severity: critical, namespace: "\${ns.app}", pod: p-1 }
      expect: { status: 201 }
  - wait: 100ms
  - expect: { crd: RemediationRequest, namespace: "\${ns.app}", count: ${mustFail(index) ? 0 : 1} }
`
}

/** Real threads, of which one is ended at each of some moments; a moment is a number of messages, so a seed decides it. */
class KillingPool extends ThreadPool {
  kills = 0

  constructor(options: ThreadPoolOptions, random: Random) {
    let left = 1 + random.below(10)
    super({
      ...options,
      onMessage: (thread, message) => {
        options.onMessage(thread, message)
        left -= 1
        if (left > 0 || this.kills === KILLS) return
        left = 5 + random.below(20)
        this.kills += 1
        this.end(thread, 'killed by the soak')
      },
    })
  }
}

interface Ended {
  readonly outcome: string
  readonly code: string | undefined
}

/** Kills a real worker at 50 moments of a real run of 100 scenarios: `npm run soak -- kill [seeds]`. */
export async function soakKill([seeds = '1']: readonly string[]): Promise<boolean> {
  let isWell = true
  for (let seed = 1; seed <= Number(seeds); seed += 1) isWell = (await killOnce(seed)) && isWell
  return isWell
}

async function killOnce(seed: number): Promise<boolean> {
  const cwd = mkdtempSync(join(tmpdir(), 'gwscen-soak-'))
  const project = await readProject({ root: ROOT, cwd })
  for (let index = 0; index < SCENARIOS; index += 1)
    writeFileSync(join(cwd, `s${index}.yaml`), scenarioText(index))
  const { scenarios } = await loadProject(project, { paths: ['.'] }, { cwd })
  const target = await startEmbedded({
    ...project,
    clock: systemClock,
    seed: 'soak',
    wanted: { profiles: ['dedup'], exclusive: {} },
    faults: [],
    searchPath: process.env['PATH'] ?? '',
    watchdogEntry: join(ROOT, 'dist', 'watchdog.js'),
    tempFolder: tmpdir(),
    onWarning: (text) => process.stderr.write(`${text}\n`),
  })
  const verdicts = new Map<string, Ended[]>()
  const reported: string[] = []
  let lost = 0
  const emit = (event: EventBody): void => {
    if (event.type === 'thread:lost') lost += 1
    if (event.type === 'attempt:ended') reported.push(...event.leftovers.map(({ what }) => what))
    if (event.type !== 'scenario:ended') return
    const { scenario, outcome, failure } = event
    verdicts.set(scenario, [...(verdicts.get(scenario) ?? []), { outcome, code: failure?.code }])
  }
  const pools: KillingPool[] = []
  const makePool = (options: ThreadPoolOptions): Pool => {
    const pool = new KillingPool(options, randomFrom('kill', seed))
    pools.push(pool)
    return pool
  }
  const startedAt = systemClock.now()
  await startHost({
    run: 'soak',
    seed: `soak-${seed}`,
    scenarios,
    target,
    description: project.description.name,
    allowedKinds: [],
    threads: THREADS,
    lanes: LANES,
    env: {},
    clock: systemClock,
    entry: join(ROOT, 'dist', 'thread.js'),
    emit,
    makePool,
  }).done
  const ms = systemClock.now() - startedAt
  const left = await leftIn(target)
  const unreported = left.filter((one) => !reported.some((what) => what.includes(namespaceIn(one))))
  await target.close()
  rmSync(cwd, { recursive: true, force: true })
  const wrong = wrongOf(verdicts, scenarios.length)
  const kills = pools[0]?.kills ?? 0
  // On a machine with much else to do a thread may also be given up because its loop does not turn.
  const isWell = wrong.length === 0 && unreported.length === 0 && kills === KILLS && lost >= KILLS
  const counts = ['passed', 'failed', 'broken'].map((outcome) => {
    const all = [...verdicts.values()].flat().filter((one) => one.outcome === outcome)
    return `${all.length} ${outcome}`
  })
  process.stdout.write(
    `${isWell ? 'ok ' : 'BAD'} seed ${seed}: ${kills} kills (${lost} threads lost) in ${(ms / 1000).toFixed(1)} s; ` +
      `${verdicts.size} of ${scenarios.length} with a verdict: ${counts.join(', ')}; ` +
      `${wrong.length} wrong; ${left.length} things left, ${unreported.length} of them not reported${[...wrong, ...unreported].map((text) => `; ${text}`).join('')}\n`,
  )
  return isWell
}

/** One verdict each: as its text says, or broken by two lost threads. */
function wrongOf(verdicts: ReadonlyMap<string, readonly Ended[]>, count: number): readonly string[] {
  const wrong = [...verdicts].flatMap(([id, ends]) => {
    const right = mustFail(Number(/\d+/.exec(id)?.[0])) ? 'failed' : 'passed'
    const [end] = ends
    const isRight = end?.outcome === right || (end?.outcome === 'broken' && end.code === 'THREAD_LOST')
    return ends.length === 1 && isRight ? [] : [`${id}: ${JSON.stringify(ends)}`]
  })
  return verdicts.size === count ? wrong : [...wrong, `${count - verdicts.size} without a verdict`]
}

/** The namespace that a key or a namespace is about; the whole where there is none. */
function namespaceIn(text: string): string {
  return /app-[a-z0-9]{8}/.exec(text)?.[0] ?? text
}

async function leftIn({ api, access }: EmbeddedTarget): Promise<readonly string[]> {
  const namespaces = api.objects.list({ group: '', version: 'v1', plural: 'namespaces' })
  const url = new URL(access[0]?.redisUrl ?? '')
  const redis = await connectRedis({ host: url.hostname, port: Number(url.port), clock: systemClock })
  const keys = await redis.scan('*')
  await redis.close()
  return [
    ...namespaces.map(({ metadata }) => metadata.name).filter((name) => name.startsWith('app-')),
    ...keys,
  ]
}
