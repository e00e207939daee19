import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { exitCode } from '../events/exit-code.ts'
import type { RunState } from '../events/run-state.ts'
import { connectRedis } from '../redis/redis-client.ts'
import { openSession, type Session } from './testing/in-process.ts'
import { openPlace, ROOT, type Place } from './testing/place.ts'

const HANG_MS = 120_000

let place: Place
let session: Session
beforeEach(async () => {
  place = openPlace(process.env['PATH'])
  session = await openSession(place)
}, HANG_MS)
afterEach(() => place[Symbol.asyncDispose]())

/** Has an object and a key to lose when its thread dies in the wait. */
const oneAlert = (name: string): string => `name: ${name}
gateway: dedup
namespaces: [app]
steps:
  - send:
      alert: { name: ${name}, severity: critical, namespace: "\${ns.app}", pod: p-1 }
      expect: { status: 201 }
  - wait: 500ms
  - expect: { crd: RemediationRequest, namespace: "\${ns.app}", count: 1, within: 30s }
`

const WAYS = {
  exit: 'process.exit(3)',
  throw: "setImmediate(() => { throw new Error('out of nowhere') })",
  memory: "setImmediate(() => { const all = []; for (;;) all.push(new Array(1e5).fill('x')) })",
  loop: 'setImmediate(() => { for (;;); })',
} as const

/** A thread that dies when the scenario \`culprit\` waits, in its first \`times\` attempts. */
function mortalThread(way: keyof typeof WAYS, times: number): string {
  place.write(
    'mortal-thread.mjs',
    `import thread from '${pathToFileURL(join(ROOT, 'dist', 'thread.js')).href}'
export default (task) => {
  const post = task.port.postMessage.bind(task.port)
  task.port.postMessage = (message) => {
    post(message)
    const events = message.type === 'events' ? message.events.map(({ event }) => event) : []
    const isTime = (one) => one.type === 'step:started' && one.step === 'steps.1' && one.attempt <= ${times}
    if (events.some((one) => isTime(one) && one.scenario === 'scenario')) { ${WAYS[way]} }
  }
  return thread(task)
}
`,
  )
  return join(place.folder, 'mortal-thread.mjs')
}

function outcomes({ finished }: RunState): readonly string[] {
  return finished
    .map(({ plan, outcome, attempts }) => [plan.id, outcome, ...attempts.map((one) => one.outcome)].join(' '))
    .sort()
}

async function leftInTheCluster(): Promise<readonly string[]> {
  const { objects } = session.target.api
  const namespaces = objects.list({ group: '', version: 'v1', plural: 'namespaces' })
  const url = new URL(session.target.access[0]?.redisUrl ?? '')
  const redis = await connectRedis({ host: url.hostname, port: Number(url.port), clock: systemClock })
  const keys = await redis.scan('*')
  await redis.close()
  return [
    ...namespaces.map(({ metadata }) => metadata.name).filter((name) => name.startsWith('app-')),
    ...keys,
  ]
}

const limits = { silentMs: 5000, memoryMb: 64 }

test.each([
  { way: 'exit', reason: /worker exited with code: 3/ },
  { way: 'throw', reason: /out of nowhere/ },
  { way: 'memory', reason: /it needed more than the 64 MiB of --thread-memory/ },
  { way: 'loop', reason: /its loop did not turn for 5(\.\d+)?s/ },
] as const)(
  'a scenario whose thread dies twice ($way) is broken; the one beside it passes; nothing is left',
  async ({ way, reason }) => {
    const entry = mortalThread(way, 2)
    const text = [oneAlert('Culprit'), oneAlert('Bystander')]
    const state = await session.run({ text, threads: 1, entry, limits })
    expect(outcomes(state)).toEqual([
      expect.stringMatching(/^scenario broken broken broken$/),
      expect.stringMatching(/^scenario-2 passed (broken )*passed$/),
    ])
    const culprit = state.finished.all.find(({ plan }) => plan.id === 'scenario')
    expect(culprit?.failure).toMatchObject({ code: 'THREAD_LOST', span: { line: 8 } })
    expect(culprit?.failure?.message).toMatch(/^its thread died while it was in steps\.1 \(wait, .*:8\): /)
    expect(culprit?.failure?.message).toMatch(reason)
    expect(exitCode(state)).toBe(3)
    expect(state.leftovers).toEqual([])
    expect(await leftInTheCluster()).toEqual([])
  },
  HANG_MS,
)

test(
  'a scenario whose thread dies once passes on a new one',
  async () => {
    const state = await session.run({ text: oneAlert('Once'), threads: 1, entry: mortalThread('exit', 1) })
    expect(outcomes(state)).toEqual(['scenario passed broken passed'])
    expect(exitCode(state)).toBe(0)
    expect(await leftInTheCluster()).toEqual([])
  },
  HANG_MS,
)

test(
  'what nobody could remove after a lost thread is listed, and the run does not exit with 0',
  async () => {
    const { api } = session.target
    const stop = api.intercept(({ verb, resource }) =>
      verb === 'delete' && resource.plural === 'namespaces' ? { refuse: { code: 500 } } : undefined,
    )
    const state = await session.run({ text: oneAlert('Once'), threads: 1, entry: mortalThread('exit', 1) })
    stop()
    expect(outcomes(state)).toEqual(['scenario passed broken passed'])
    expect(state.leftovers.map(({ command }) => command.replace(/app-\w+/, 'APP'))).toEqual([
      'kubectl delete namespace APP',
      'kubectl delete namespace APP',
    ])
    expect(exitCode(state)).toBe(5)
  },
  HANG_MS,
)

test(
  'with --keep what a lost attempt made stays, is listed, and is no reason for another exit code',
  async () => {
    const entry = mortalThread('exit', 1)
    const state = await session.run({ text: oneAlert('Once'), threads: 1, entry, keep: 'failed' })
    expect(outcomes(state)).toEqual(['scenario passed broken passed'])
    const [namespace = '', ...keys] = await leftInTheCluster()
    expect(namespace).toMatch(/^app-/)
    expect(keys).not.toEqual([])
    expect(state.kept.map(({ what }) => what)).toEqual([
      `namespace ${namespace}`,
      `Redis keys with ${namespace} in their names`,
    ])
    expect(state.leftovers).toEqual([])
    expect(exitCode(state)).toBe(0)
  },
  HANG_MS,
)
