import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunDocument } from '../reporters/json.ts'
import { gwscen, type Ended } from './testing/gwscen.ts'
import { openPlace, type Place } from './testing/place.ts'
import { eventsOf, eventsOfType, expectNothingLeft, outcomesOf } from './testing/run-log.ts'

const HANG_MS = 120_000
/** Enough of each kind, where all of them would take long. */
const SOME = ['dedup/lifecycle', 'dedup/outlives-redis', 'metrics/bad-request', 'storm/window-expires']
const SOME_FILES = SOME.map((id) => `scenarios/${id}.yaml`)

let place: Place
/** Scenario → passed, for each that there is. */
let allPassed: Readonly<Record<string, string>>
beforeAll(async () => {
  place = openPlace(process.env['PATH'])
  const { stdout } = await gwscen(place, 'list', 'scenarios', '--json')
  const { scenarios } = JSON.parse(stdout) as { readonly scenarios: readonly { readonly id: string }[] }
  allPassed = passed(scenarios.map(({ id }) => id))
})
afterAll(async () => {
  await place[Symbol.asyncDispose]()
})

describe('the whole suite on two threads', () => {
  let ended: Ended
  const log = 'out/all.ndjson'

  beforeAll(async () => {
    ended = await gwscen(place, 'run', 'scenarios/', '--threads', '2', '--seed', 'e2e', '--events', log)
  }, HANG_MS)

  test('passes', () => {
    expect(outcomesOf(eventsOf(place, log))).toEqual(allPassed)
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(Object.keys(allPassed).length).toBeGreaterThanOrEqual(13)
  })

  test('says first what runs where', () => {
    const [first = '', second = ''] = ended.stdout.split('\n')
    expect(first).toMatch(
      /^gwscen \d+\.\d+\.\d+ · target embedded · gateway reference gateway · profiles .*dedup.*storm/,
    )
    expect(second).toMatch(
      /^2 threads × \d+ lanes \(--threads 2\) · clock real · seed e2e · \S.* · \d+ scenarios$/,
    )
    expect(second).toMatch(/redis-server|valkey-server|js-redis-server/)
  })

  test('uses both threads', () => {
    const started = eventsOfType(eventsOf(place, log), 'scenario:started')
    expect(new Set(started.map(({ thread }) => thread))).toEqual(new Set([0, 1]))
  })

  test('gives every thread forwards of its own', () => {
    const ready = eventsOfType(eventsOf(place, log), 'thread:ready')
    expect(ready.map(({ thread }) => thread).sort()).toEqual([0, 1])
    for (const { forwards } of ready) {
      const ways = forwards.map(({ profile, to }) => `${profile} ${to}`)
      for (const profile of ['dedup', 'storm'])
        expect(ways).toEqual(expect.arrayContaining([`${profile} gateway`, `${profile} redis`]))
    }
    const ports = ready.flatMap(({ forwards }) => forwards.map(({ localPort }) => localPort))
    expect(new Set(ports).size).toBe(ports.length)
  })

  test('leaves nothing', () => expectNothingLeft(place, log))
})

test(
  'one scenario at a time gives the same verdicts',
  async () => {
    const ended = await gwscen(place, 'run', ...SOME_FILES, '--threads', '1', '--in-flight', '1')
    expect(ended.stdout).toContain('1 thread × 1 lane ')
    expect(ended.code).toBe(0)
    expect(outcomesOf(eventsOf(place))).toEqual(passed(SOME))
    expectNothingLeft(place)
  },
  HANG_MS,
)

test(
  'without a Redis server the built-in one gives the same verdicts, and JSON is one document',
  async () => {
    const ended = await gwscen(place, 'run', ...SOME_FILES, '--redis', 'js', '--reporter', 'json')
    expect(ended.code).toBe(0)
    const { run, scenarios } = JSON.parse(ended.stdout) as RunDocument
    expect(run.redis).toContain('js-redis-server')
    expect(run.leftovers).toEqual([])
    expect(Object.fromEntries(scenarios.map(({ id, outcome }) => [id, outcome]))).toEqual(passed(SOME))
    expectNothingLeft(place)
  },
  HANG_MS,
)

test(
  'an exclusive gateway alone can be had, though it is made anew as the run ends',
  async () => {
    const ended = await gwscen(place, 'run', 'scenarios/metrics/bad-request.yaml')
    expect(ended.code).toBe(0)
    expectNothingLeft(place)
  },
  HANG_MS,
)

function passed(ids: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(ids.map((id) => [id, 'passed']))
}
