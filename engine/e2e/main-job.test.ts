import { globSync } from 'tinyglobby'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { join } from 'node:path'
import type { RunDocument } from '../reporters/json.ts'
import { gwscen, type Ended } from './testing/gwscen.ts'
import { openPlace, ROOT, type Place } from './testing/place.ts'
import { eventsOf, eventsOfType, expectNothingLeft, outcomesOf } from './testing/run-log.ts'

const HANG_MS = 120_000
const IDS = globSync('**/*.yaml', { cwd: join(ROOT, 'scenarios'), ignore: 'templates/**' }).map((file) =>
  file.replace('.yaml', ''),
)
const ALL_PASSED = Object.fromEntries(IDS.map((id) => [id, 'passed']))

let place: Place
beforeAll(() => {
  place = openPlace(process.env['PATH'])
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
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(outcomesOf(eventsOf(place, log))).toEqual(ALL_PASSED)
    expect(IDS.length).toBeGreaterThanOrEqual(13)
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
      expect(forwards.map(({ profile, to }) => `${profile} ${to}`).sort()).toEqual([
        'dedup gateway',
        'dedup redis',
        'storm gateway',
        'storm redis',
      ])
    }
    const ports = ready.flatMap(({ forwards }) => forwards.map(({ localPort }) => localPort))
    expect(new Set(ports).size).toBe(ports.length)
  })

  test('leaves nothing', () => expectNothingLeft(place, log))
})

test(
  'one scenario at a time gives the same verdicts',
  async () => {
    const ended = await gwscen(place, 'run', '--threads', '1', '--in-flight', '1')
    expect(ended.stdout).toContain('1 thread × 1 lane ')
    expect(ended.code).toBe(0)
    expect(outcomesOf(eventsOf(place))).toEqual(ALL_PASSED)
    expectNothingLeft(place)
  },
  HANG_MS,
)

test(
  'without a Redis server the built-in one gives the same verdicts, and JSON is one document',
  async () => {
    const ended = await gwscen(place, 'run', 'scenarios/', '--redis', 'js', '--reporter', 'json')
    expect(ended.code).toBe(0)
    const { run, scenarios } = JSON.parse(ended.stdout) as RunDocument
    expect(run.redis).toContain('js-redis-server')
    expect(run.leftovers).toEqual([])
    expect(Object.fromEntries(scenarios.map(({ id, outcome }) => [id, outcome]))).toEqual(ALL_PASSED)
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
