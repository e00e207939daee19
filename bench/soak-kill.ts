import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../engine/base/clock.ts'
import { randomFrom, type Random } from '../engine/base/random.ts'
import { loadProject, readProject } from '../engine/commands/project.ts'
import { planned } from '../engine/commands/schedule.ts'
import type { Outcome } from '../engine/base/failure.ts'
import type { EventBody } from '../engine/events/event.ts'
import { exitCode } from '../engine/events/exit-code.ts'
import { createJournal } from '../engine/events/journal.ts'
import { connectRedis } from '../engine/redis/redis-client.ts'
import { startHost } from '../engine/run/host.ts'
import { ThreadPool, type Pool, type ThreadPoolOptions } from '../engine/run/thread-pool.ts'
import { startEmbedded, type EmbeddedTarget } from '../engine/targets/embedded.ts'
import type { Target } from '../engine/targets/target.ts'
import { virtualTargetOf } from '../engine/targets/virtual-target.ts'
import { wrongIn } from './kill-verdicts.ts'

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

interface Pace {
  readonly least: number
  readonly more: number
}

/** Real threads, of which one is ended at each of some moments; a moment is a number of messages, so a seed decides it. */
class KillingPool extends ThreadPool {
  kills = 0
  /** Killed, and not yet known to be gone. */
  readonly #dying = new Set<number>()

  constructor(options: ThreadPoolOptions, random: Random, { least, more }: Pace) {
    let left = least + random.below(more)
    super({
      ...options,
      onMessage: (thread, message) => {
        options.onMessage(thread, message)
        left -= 1
        if (left > 0 || this.kills === KILLS || this.#dying.has(thread)) return
        this.#dying.add(thread)
        left = least + random.below(more)
        this.kills += 1
        this.end(thread, 'killed by the soak')
      },
      onLost: (thread, reason) => {
        this.#dying.delete(thread)
        options.onLost(thread, reason)
      },
    })
  }
}

interface Way {
  readonly clock: 'real' | 'virtual'
  /** Of threads. */
  readonly entry: string
  /** From one kill to the next there are so many messages at least, and fewer than that many more. */
  readonly pace: Pace
}

const WAYS: readonly Way[] = [
  { clock: 'real', entry: 'thread.js', pace: { least: 5, more: 20 } },
  // With scenarios that take milliseconds there are few messages.
  { clock: 'virtual', entry: 'virtual-thread.js', pace: { least: 1, more: 3 } },
]

/** Kills a real worker at 50 moments of a run of 100 scenarios, under either clock: `npm run soak -- kill [seeds] [clock]`. */
export async function soakKill([seeds = '1', clock]: readonly string[]): Promise<boolean> {
  let isWell = true
  const ways = WAYS.filter((way) => clock === undefined || way.clock === clock)
  for (let seed = 1; seed <= Number(seeds); seed += 1)
    for (const way of ways) isWell = (await killOnce(seed, way)) && isWell
  return isWell
}

async function killOnce(seed: number, way: Way): Promise<boolean> {
  const cwd = mkdtempSync(join(tmpdir(), 'gwscen-soak-'))
  const project = await readProject({ root: ROOT, cwd })
  for (let index = 0; index < SCENARIOS; index += 1)
    writeFileSync(join(cwd, `s${index}.yaml`), scenarioText(index))
  const { scenarios } = await loadProject(project, { paths: ['.'] }, { cwd })
  const embedded = way.clock === 'real' ? await embeddedTarget(project) : undefined
  const target: Target = embedded ?? virtualTarget(project)
  const log: EventBody[] = []
  const journal = createJournal(systemClock, [(event) => log.push(event)], (event) => event)
  journal.tell({
    ...{
      type: 'run:started',
      run: 'soak',
      version: '',
      wall: systemClock.wall(),
      target: target.name,
      profiles: [],
    },
    ...{ threads: THREADS, threadsReason: '', lanes: LANES, clock: way.clock, seed: `soak-${seed}` },
    ...{ redis: target.redis, gateway: target.gateway, scenarios: scenarios.map((one) => planned(one)) },
  })
  const pools: KillingPool[] = []
  const makePool = (options: ThreadPoolOptions): Pool => {
    const pool = new KillingPool(options, randomFrom('kill', seed), way.pace)
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
    entry: join(ROOT, 'dist', way.entry),
    emit: journal.tell,
    makePool,
  }).done
  const ms = systemClock.now() - startedAt
  const left = embedded === undefined ? [] : await leftIn(embedded)
  await target.close()
  rmSync(cwd, { recursive: true, force: true })
  const ids = scenarios.map(({ id }) => id)
  const wrong = [
    ...wrongIn(log, ids, (id) => mustFail(Number(/\d+/.exec(id)?.[0]))),
    ...unreported(left, log),
  ]
  const { counts } = journal.state()
  const code = exitCode(journal.state())
  // Ten are to fail; where some of all are lost twice, it cannot be told.
  if (code !== (counts.broken > 0 ? 3 : 1)) wrong.push(`the exit code is ${code}`)
  const kills = pools[0]?.kills ?? 0
  const lost = log.filter(({ type }) => type === 'thread:lost').length
  // On a machine with much else to do a thread may also be given up because its loop does not turn.
  if (kills !== KILLS || lost < KILLS) wrong.push(`${kills} of ${KILLS} kills`)
  const outcomes: readonly Outcome[] = ['passed', 'failed', 'broken']
  process.stdout.write(
    `${wrong.length === 0 ? 'ok ' : 'BAD'} seed ${seed}, clock ${way.clock}: ${kills} kills (${lost} threads lost) in ` +
      `${(ms / 1000).toFixed(1)} s; ${outcomes.map((outcome) => `${counts[outcome]} ${outcome}`).join(', ')}, exit ${code}; ` +
      `${left.length} things left; ${wrong.length} wrong${wrong.map((text) => `; ${text}`).join('')}\n`,
  )
  return wrong.length === 0
}

type Project = Awaited<ReturnType<typeof readProject>>

function embeddedTarget(project: Project): Promise<EmbeddedTarget> {
  return startEmbedded({
    ...project,
    clock: systemClock,
    seed: 'soak',
    wanted: WANTED,
    faults: [],
    searchPath: process.env['PATH'] ?? '',
    watchdogEntry: join(ROOT, 'dist', 'watchdog.js'),
    tempFolder: tmpdir(),
    onWarning: (text) => process.stderr.write(`${text}\n`),
  })
}

function virtualTarget({ configurations, crds, policy }: Project): Target {
  return virtualTargetOf({ wanted: WANTED, configurations, crds, policy, faults: [] })
}

const WANTED = { profiles: ['dedup'], exclusive: {} }

/** What is left and no attempt has told of. */
function unreported(left: readonly string[], log: readonly EventBody[]): string[] {
  const reported = log.flatMap((event) =>
    event.type === 'attempt:ended' ? event.leftovers.map(({ what }) => what) : [],
  )
  return left
    .filter((one) => !reported.some((what) => what.includes(namespaceIn(one))))
    .map((one) => `${one} is left, and nobody said so`)
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
