import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { canonicalLines } from '../events/canonical.ts'
import { decodeLog } from '../events/ndjson.ts'
import type { Event } from '../events/event.ts'
import { openPlace, type Place } from './testing/place.ts'
import { startGwscen } from './testing/gwscen.ts'

let place: Place
beforeEach(() => {
  place = openPlace()
})
afterEach(() => place[Symbol.asyncDispose]())

const SOME = [
  'scenarios/dedup/concurrent.yaml',
  'scenarios/storm/window-expires.yaml',
  'scenarios/resilience/counter-expires.yaml',
  'scenarios/intake/kubernetes-event.yaml',
]

async function eventsOf(...args: readonly string[]): Promise<readonly Event[]> {
  const { code, stdout, stderr } = await startGwscen(place, [
    'run',
    ...SOME,
    '--events',
    'log.ndjson',
    ...args,
  ]).ended
  expect({ code, stdout, stderr }).toMatchObject({ code: 0 })
  return decodeLog(readFileSync(join(place.folder, 'log.ndjson'), 'utf8')).events
}

function verdicts(events: readonly Event[]): readonly string[] {
  return events
    .flatMap((event) => (event.type === 'scenario:ended' ? [`${event.scenario} ${event.outcome}`] : []))
    .sort()
}

test('both clocks give the same verdicts', async () => {
  const real = verdicts(await eventsOf('--clock', 'real', '--redis', 'js'))
  expect(real.length).toBeGreaterThanOrEqual(SOME.length)
  expect(verdicts(await eventsOf('--clock', 'virtual'))).toEqual(real)
})

test('with one seed everything is the same, on any number of threads', async () => {
  const runs = [
    ['--threads', '1'],
    ['--threads', '2', '--in-flight', '3'],
    ['--threads', '4'],
  ]
  const logs: (readonly string[])[] = []
  for (const width of runs)
    logs.push(canonicalLines(await eventsOf('--clock', 'virtual', '--seed', 'same', ...width)))
  expect(logs[0]!.length).toBeGreaterThan(20)
  expect(logs[1]).toEqual(logs[0])
  expect(logs[2]).toEqual(logs[0])
})

test('a race is found, and what is said to run it again shows it again', async () => {
  const find = ['scenarios/storm/concurrent.yaml', '--clock', 'virtual', '--fault', 'handover-races']
  const flags = ['--seed', 'f', '--repeat', '50', '--max-failures', '1', '--threads', '1']
  const found = await startGwscen(place, ['run', ...find, ...flags]).ended
  expect(found).toMatchObject({ code: 1, stdout: expect.stringContaining('1 failed') as unknown })
  const said = /run it again: npx gwscen (run .*)/.exec(found.stdout)?.[1]?.split(' ') ?? []
  expect(said).toContain('--seed')
  const again = await startGwscen(place, said).ended
  expect(again.code).toBe(1)
  const failed = /^✗ failed (\S+)/m.exec(found.stdout)?.[1]
  expect(again.stdout).toContain(`✗ failed ${failed}`)
})

test('what needs sockets is refused, with what to do', async () => {
  const { code, stderr } = await startGwscen(place, ['run', '--clock', 'virtual', '--port', '7000']).ended
  expect(code).toBe(2)
  expect(stderr).toContain('--port needs --clock real')
})
