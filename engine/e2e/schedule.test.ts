import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { gwscen } from './testing/gwscen.ts'
import { openPlace, type Place } from './testing/place.ts'
import { eventsOf, eventsOfType } from './testing/run-log.ts'

let place: Place
beforeEach(() => {
  place = openPlace(process.env['PATH'])
  for (const name of ['a', 'b', 'c', 'd']) write(name, 'true')
})
afterEach(() => place[Symbol.asyncDispose]())

function write(name: string, value: string): void {
  place.write(
    `${name}.yaml`,
    `name: ${name}\ngateway: none\ntags: [t${name}]\nsteps:\n  - expect: { value: ${value} }\n`,
  )
}

const run = (...flags: readonly string[]) =>
  gwscen(place, 'run', 'a.yaml', 'b.yaml', 'c.yaml', 'd.yaml', '--threads', '1', '--in-flight', '1', ...flags)
const ran = () => eventsOfType(eventsOf(place), 'scenario:started').map(({ scenario }) => scenario)

test('a shuffle is decided by its seed', async () => {
  await run('--shuffle', 'x')
  const first = ran()
  await run('--shuffle', 'x')
  expect(ran()).toEqual(first)
  expect(first.toSorted()).toEqual(['a', 'b', 'c', 'd'])
})

test('only what failed the last time runs again, until nothing is left', async () => {
  write('c', 'false')
  expect(await run()).toMatchObject({ code: 1 })
  expect(await run('--last-failed')).toMatchObject({ code: 1 })
  expect(ran()).toEqual(['c'])
  write('c', 'true')
  expect(await run('--last-failed')).toMatchObject({ code: 0 })
  expect(await run('--last-failed')).toMatchObject({ code: 4 })
})

test('without history nothing is remembered', async () => {
  await run('--no-history')
  expect(existsSync(join(place.folder, '.gwscen/history.json'))).toBe(false)
  await run()
  expect(JSON.parse(readFileSync(join(place.folder, '.gwscen/history.json'), 'utf8'))).toMatchObject({
    version: 1,
  })
})

test('parts of the suite are the suite', async () => {
  await run('--shard', '1/2')
  const first = ran()
  await run('--shard', '2/2', '--no-history')
  expect([...first, ...ran()].toSorted()).toEqual(['a', 'b', 'c', 'd'])
})

test('tags choose', async () => {
  await run('--tags', 'ta or (tb and not tc)')
  expect(ran().toSorted()).toEqual(['a', 'b'])
})

test('a name can be left out', async () => {
  await run('-G', '^[bc]$')
  expect(ran().toSorted()).toEqual(['a', 'd'])
})

test('what list prints is what runs, in whatever is left of it', async () => {
  const { stdout } = await gwscen(place, 'list', 'a.yaml', 'b.yaml', 'c.yaml', '-G', 'b')
  place.write('some.txt', `# for tonight\n${stdout}`)
  await gwscen(place, 'run', '--scenario-list', 'some.txt')
  expect(ran().toSorted()).toEqual(['a', 'c'])
  place.write('none.txt', '\n')
  for (const [file, why] of [
    ['none.txt', 'It names no scenario.'],
    ['missing.txt', 'no such file'],
  ] as const) {
    const { code, stderr } = await gwscen(place, 'run', '--scenario-list', file)
    expect(code).toBe(2)
    expect(stderr).toContain(why)
  }
})

test('nothing to run is no error where somebody says so', async () => {
  expect(await run('--tags', 'nowhere')).toMatchObject({ code: 4 })
  const { code, stdout } = await run('--tags', 'nowhere', '--pass-with-no-scenarios')
  expect(code).toBe(0)
  expect(stdout).toContain('0 scenarios: nothing ran')
})

test('a run stops after so many failures, and the rest is cancelled', async () => {
  for (const name of ['a', 'b', 'c', 'd']) write(name, 'false')
  expect(await run('--max-failures', '2')).toMatchObject({ code: 1 })
  const ended = eventsOfType(eventsOf(place), 'scenario:ended')
  // The third may be on its way when the second has ended; the fourth never starts.
  expect(ended).toHaveLength(4)
  expect(ended.filter(({ outcome }) => outcome === 'failed').length).toBeGreaterThanOrEqual(2)
  expect(ended.find(({ scenario }) => scenario === 'd')).toMatchObject({
    outcome: 'cancelled',
    reason: 'stopped after 2 that did not pass',
  })
  // How short it could have been nobody knows who left some of it out.
  const [end] = eventsOfType(eventsOf(place), 'run:ended')
  expect(end?.makespan).toBeUndefined()
})

test('every scenario so many times, each under an id of its own', async () => {
  await run('--repeat', '2', '--name', '^a$')
  expect(ran()).toEqual(['a', 'a#2'])
})

test('only what differs from a commit', async () => {
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@x', ...args], { cwd: place.folder })
  git('init', '--quiet')
  git('add', '.')
  git('commit', '--quiet', '-m', 'x')
  write('b', "'${1 == 1}'")
  await run('--changed')
  expect(ran()).toEqual(['b'])
  const { code, stderr } = await run('--changed', 'nowhere')
  expect(code).toBe(2)
  expect(stderr).toContain('--changed: fatal: ')
})

test.each([
  [['--tags', 'a and'], 'A tag is missing at the end.'],
  [['--shard', '5/4'], 'Expected an index from 1 to 4.'],
  [['--timeout', 'soon'], 'Expected a duration such as 90s or 2m.'],
])('%j is a usage error', async (flags, message) => {
  const { code, stderr } = await run(...flags)
  expect(code).toBe(2)
  expect(stderr).toContain(message)
})

test('strict: what the target has not is an error', async () => {
  place.write('r.yaml', 'name: r\ngateway: none\nrequires: [cluster]\nsteps:\n  - expect: { value: true }\n')
  expect(await gwscen(place, 'run', 'r.yaml')).toMatchObject({ code: 0 })
  const { code, stderr } = await gwscen(place, 'run', 'r.yaml', '--strict')
  expect(code).toBe(2)
  expect(stderr).toContain('r.yaml:1: the embedded target has no cluster')
})
