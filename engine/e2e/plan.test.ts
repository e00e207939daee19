import { expect, test } from 'vitest'
import type { Plan } from '../commands/plan-text.ts'
import { gwscen } from './testing/gwscen.ts'
import { openPlace, type Place } from './testing/place.ts'
import { eventsOf, eventsOfType } from './testing/run-log.ts'

const HANG_MS = 60_000

function write(place: Place): void {
  const waits = (name: string, ms: number, more = ''): void => {
    const said = more.includes('vars') ? '${vars.name}' : '${run.seed}'
    place.write(
      `${name}.yaml`,
      `name: ${name}\ngateway: none\n${more}smoke: true\nsteps:\n  - wait: ${ms}ms\n  - note: "${said}"\n`,
    )
  }
  waits('short', 100)
  waits('long', 900, 'locks: [shared]\nvars:\n  name: ${unique("Cpu")}\n')
  waits('middle', 500, 'locks: [shared]\n')
}

const FLAGS = ['short.yaml', 'long.yaml', 'middle.yaml', '--threads', '1', '--in-flight', '2', '--seed', 'p']

test(
  'plan --json says what run does with the same flags: the width, the order, the names',
  async () => {
    await using place = openPlace(process.env['PATH'])
    write(place)
    const { code, stdout, stderr } = await gwscen(place, 'plan', ...FLAGS, '--json')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const plan = JSON.parse(stdout) as Plan
    expect(plan).toMatchObject({
      threads: 1,
      lanes: 2,
      reason: '--threads 1',
      seed: 'p',
      exclusive: [],
      skipped: [],
    })
    expect(plan.locks).toEqual([{ name: 'shared', scenarios: 2, ms: 1800 }])
    expect(plan.floor).toEqual({ ms: 1800, bound: 'lock shared' })
    expect(plan.expectedMs).toBe(1800)
    expect(plan.scenarios.map(({ id, startMs }) => `${id} at ${startMs}`)).toEqual([
      'long at 0',
      'short at 0',
      'middle at 1100',
    ])
    expect(plan.scenarios[0]?.vars['name']).toMatch(/^Cpu-/)
    expect(plan.scenarios[1]?.steps).toEqual([
      { path: 'steps.0', verb: 'wait', input: '100ms' },
      { path: 'steps.1', verb: 'note', input: 'p' },
    ])
    expect(place.leftBehind()).toEqual([])

    await gwscen(place, 'run', ...FLAGS)
    const started = eventsOfType(eventsOf(place), 'scenario:started')
    expect(started.map(({ scenario, thread, lane }) => ({ scenario, thread, lane }))).toEqual(
      plan.scenarios.map(({ id: scenario, thread, lane }) => ({ scenario, thread, lane })),
    )
    const again = JSON.parse((await gwscen(place, 'plan', ...FLAGS, '--json')).stdout) as Plan
    expect(again.scenarios.map(({ expected }) => expected.from)).toEqual(['history', 'history', 'history'])
  },
  HANG_MS,
)

test(
  'plan for people; nothing selected: 4; a file with a mistake: 2',
  async () => {
    await using place = openPlace(process.env['PATH'])
    write(place)
    const { code, stdout } = await gwscen(place, 'plan', ...FLAGS)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^3 scenarios on 1 thread × 2 lanes \(--threads 1\), seed p$/m)
    expect(stdout).toMatch(/^about 1\.8s, at least 1\.8s \(lock shared\)$/m)
    expect(stdout).toMatch(/^ {2}shared: 2 scenarios, 1\.8s one after the other$/m)
    expect(stdout).toMatch(/^ +0s {2}0\.0 +long, 1\.1s \(guessed\) {2}long\.yaml:1\n +name = "Cpu-\w{8}"$/m)
    expect(await gwscen(place, 'plan', 'short.yaml', '--name', 'no such')).toMatchObject({
      code: 4,
      stdout: 'nothing would run\n',
    })
    place.write('wrong.yaml', 'name: wrong\nsteps: [{ wiat: 1s }]\n')
    expect((await gwscen(place, 'plan', 'wrong.yaml')).code).toBe(2)
  },
  HANG_MS,
)
