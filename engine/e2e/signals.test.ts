import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { startGwscen, type Running } from './testing/gwscen.ts'
import { openPlace, type Place } from './testing/place.ts'
import { eventsOf, eventsOfType, expectNothingLeft, outcomesOf, stateOf } from './testing/run-log.ts'
import { until } from './testing/until.ts'

const HANG_MS = 60_000

/** Waits for what never comes, and then tidies up as long as it is told. */
function endless(tidying: string): string {
  return `name: Endless
gateway: dedup
namespaces: [app]
steps:
  - send:
      alert: { name: Endless, severity: critical, namespace: "\${ns.app}", pod: p-1 }
      expect: { status: 201 }
  - expect: { crd: RemediationRequest, namespace: "\${ns.app}", count: 2, within: 50s }
finally:
  - wait: ${tidying}
  - note: tidied up
`
}

let place: Place
beforeEach(() => {
  place = openPlace(process.env['PATH'])
})
afterEach(() => place[Symbol.asyncDispose]())

async function startIntoTheMiddle(tidying = '10ms'): Promise<Running> {
  place.write('endless.yaml', endless(tidying))
  const running = startGwscen(place, ['run', 'endless.yaml'])
  await untilStep('steps.1')
  return running
}

function untilStep(step: string): Promise<void> {
  return until(() => eventsOfType(eventsOf(place), 'step:started').some((event) => event.step === step))
}

function untilInterrupted(times: number): Promise<void> {
  return until(() => stateOf(eventsOf(place)).interrupted?.times === times)
}

function notes(): readonly string[] {
  return eventsOfType(eventsOf(place), 'note:written').map(({ text }) => text)
}

describe('the first signal cancels and tidies up', () => {
  test.each([
    { signal: 'SIGINT', exit: 130 },
    { signal: 'SIGTERM', exit: 143 },
  ] as const)(
    '$signal: $exit',
    async ({ signal, exit }) => {
      const running = await startIntoTheMiddle()
      running.send(signal)
      const { code, stdout } = await running.ended
      expect(code).toBe(exit)
      expect(notes()).toEqual(['tidied up'])
      expect(outcomesOf(eventsOf(place))).toEqual({ endless: 'cancelled' })
      expect(stdout).toContain('1 scenario: 1 cancelled\n')
      expect(stdout).toContain(`stopped by ${signal}`)
      // Its object went with its namespace.
      const changes = eventsOfType(eventsOf(place), 'object:seen').map(({ change }) => change)
      expect([changes.at(0), changes.at(-1)]).toEqual(['added', 'deleted'])
      expectNothingLeft(place)
    },
    HANG_MS,
  )

  test(
    'two at once are one: npx passes on what the terminal has sent already',
    async () => {
      const running = await startIntoTheMiddle()
      running.send('SIGINT')
      running.send('SIGINT')
      const { code } = await running.ended
      expect(code).toBe(130)
      const times = eventsOfType(eventsOf(place), 'run:interrupted').map((event) => event.times)
      expect(times).toEqual([1])
      expect(notes()).toEqual(['tidied up'])
      expectNothingLeft(place)
    },
    HANG_MS,
  )

  test(
    'while the target comes up, too',
    async () => {
      const running = startGwscen(place, ['run', 'scenarios'])
      // The folder of the run is the first thing that it makes.
      await until(() => place.leftBehind().some((what) => what.startsWith('gwscen-')))
      running.send('SIGINT')
      const { code } = await running.ended
      expect(code).toBe(130)
      expectNothingLeft(place)
    },
    HANG_MS,
  )
})

test(
  'the second signal ends the run with its reports',
  async () => {
    const running = await startIntoTheMiddle('50s')
    running.send('SIGINT')
    await untilStep('finally.0')
    await untilInterrupted(1)
    // Within a second it would count as the first one still.
    await systemClock.sleep(1050)
    running.send('SIGINT')
    const { code, stdout } = await running.ended
    expect(code).toBe(130)
    expect(stateOf(eventsOf(place)).interrupted?.times).toBe(2)
    expect(notes()).toEqual([])
    expect(stdout).toMatch(/cut off .*endless.* in finally\.0 \(wait\)/)
    expect(stdout).toContain('stopped by SIGINT')
    // What it had no time for is the watchdog's.
    await until(() => place.leftBehind().length === 0)
  },
  HANG_MS,
)

test(
  'SIGUSR1 prints what every lane waits for, and who waits for which lock',
  async () => {
    place.write('behind.yaml', endless('10ms').replace('name: Endless', 'name: Behind\nlocks: [shared]'))
    place.write('before.yaml', endless('10ms').replace('name: Endless', 'name: Before\nlocks: [shared]'))
    const running = startGwscen(place, [
      'run',
      'before.yaml',
      'behind.yaml',
      '--threads',
      '1',
      '--in-flight',
      '2',
    ])
    // Only a step that has looked once says until when it waits.
    await until(() => eventsOfType(eventsOf(place), 'step:waiting').length > 0)
    running.send('SIGUSR1')
    await until(() => running.stderr().includes('waiting'))
    running.send('SIGINT')
    const { code, stderr } = await running.ended
    expect(code).toBe(130)
    expect(stderr).toMatch(/0 of 2 scenarios done.*1 running/)
    expect(stderr).toMatch(/0\.0 (before|behind) for \d+s: expect crd, for \d+s, .* \S+\.yaml:9$/m)
    expect(stderr).toMatch(/waiting (before|behind) for lock shared, which (before|behind) has/)
    expect(stderr).not.toMatch(/debugger/i)
    expectNothingLeft(place)
  },
  HANG_MS,
)

test(
  'a killed run leaves no process and no folder',
  async () => {
    const running = await startIntoTheMiddle()
    const held = place.leftBehind().join('\n')
    expect(held).toMatch(/gwscen-/)
    expect(held).toMatch(/^process /m)
    running.send('SIGKILL')
    const { signal } = await running.ended
    expect(signal).toBe('SIGKILL')
    await until(() => place.leftBehind().length === 0)
    // What it had told by then can be read.
    expect(stateOf(eventsOf(place)).running.get('endless')?.attempts).toHaveLength(1)
  },
  HANG_MS,
)
