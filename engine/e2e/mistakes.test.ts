import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { gwscen } from './testing/gwscen.ts'
import { openPlace, type Place } from './testing/place.ts'
import { eventsOf, eventsOfType, expectNothingLeft } from './testing/run-log.ts'

const HANG_MS = 60_000

let place: Place
beforeEach(() => {
  place = openPlace(process.env['PATH'])
})
afterEach(async () => {
  expectNothingLeft(place)
  await place[Symbol.asyncDispose]()
})

describe('nothing is started', () => {
  afterEach(() => expect(existsSync(join(place.folder, '.gwscen'))).toBe(false))

  test('for a misspelt verb, which is shown with its place and what was meant', async () => {
    place.write(
      'typo.yaml',
      'name: A slip\ngateway: dedup\nsteps:\n  - expct: { http: { path: /health }, status: 200 }\n',
    )
    const { code, stderr, stdout } = await gwscen(place, 'run', 'scenarios', 'typo.yaml')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('--> typo.yaml:4:5\n')
    expect(stderr).toContain('  4 |   - expct: { http: { path: /health }, status: 200 }\n    |     ^^^^^\n')
    expect(stderr).toContain('did you mean expect?')
  })

  test('for a path that is not there', async () => {
    const { code, stderr } = await gwscen(place, 'run', 'scenarios', 'missing.yaml')
    expect(code).toBe(2)
    expect(stderr).toContain('missing.yaml: there is no such file or folder')
  })

  test('for a profile that is not there, with the nearest one', async () => {
    place.write(
      'profile.yaml',
      'name: A slip\ngateway: dedupp\nsteps:\n  - expect: { http: { path: /health }, status: 200 }\n',
    )
    const { code, stderr } = await gwscen(place, 'run', 'profile.yaml')
    expect(code).toBe(2)
    expect(stderr).toContain('--> profile.yaml:2:10\n')
    expect(stderr).toContain('did you mean dedup?')
  })

  test.each([
    { args: ['--thread', '2'], says: "unknown option '--thread'" },
    { args: ['--threads', 'two'], says: "option '--threads <n>' argument 'two' is invalid" },
    { args: ['--threads', '0'], says: "option '--threads <n>' argument '0' is invalid" },
    { args: ['--name', '('], says: "option '-g, --name <regex>' argument '(' is invalid" },
    {
      args: ['--fault', 'aggregate-mises-last'],
      says: '--fault aggregate-mises-last: no such fault or preset; did you mean aggregate-misses-last?',
    },
    {
      args: ['--gateway-preset', 'kubernaut-2025-11'],
      says: 'kubernaut-2025-11: no such fault or preset; did you mean kubernaut-2025-11-24?',
    },
  ])('for $args', async ({ args, says }) => {
    const { code, stderr, stdout } = await gwscen(place, 'run', 'scenarios', ...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(says)
  })

  test('by a sandbox with an unknown profile or fault', async () => {
    const profile = await gwscen(place, 'sandbox', '--profile', 'dedupp')
    expect(profile.code).toBe(2)
    expect(profile.stderr).toMatch(/--profile dedupp: no such profile; expected one of .*dedup.*storm/)
    const fault = await gwscen(place, 'sandbox', '--fault', 'storm-nevr')
    expect(fault.code).toBe(2)
    expect(fault.stderr).toContain('did you mean storm-never?')
  })
})

test('a name that selects nothing is an error of its own', async () => {
  const { code, stdout } = await gwscen(place, 'run', 'scenarios', '--name', 'no such scenario')
  expect(code).toBe(4)
  expect(stdout).toContain('0 scenarios: nothing ran')
})

describe('a port that is taken', () => {
  const held = createServer()
  let port: string
  beforeEach(async () => {
    held.listen(0, '127.0.0.1')
    await once(held, 'listening')
    port = String((held.address() as AddressInfo).port)
  })
  afterEach(async () => {
    held.close()
    await once(held, 'close')
  })

  test(
    'is named by a run, with what to do',
    async () => {
      const { code, stdout } = await gwscen(place, 'run', 'scenarios/metrics', '--port', port)
      expect(code).toBe(3)
      expect(stdout).toContain(`port ${port} on 127.0.0.1 is in use: stop what listens there, choose another`)
    },
    HANG_MS,
  )

  test(
    'is named by a sandbox, with what to do',
    async () => {
      const { code, stderr } = await gwscen(place, 'sandbox', '--port', port)
      expect(code).toBe(3)
      expect(stderr).toContain(`port ${port} on 127.0.0.1 is in use: stop what listens there, choose another`)
    },
    HANG_MS,
  )
})

test(
  'a gateway that answers 500 fails the scenario, and its answer is shown',
  async () => {
    const { code, stdout } = await gwscen(
      place,
      'run',
      'scenarios/dedup/different-alerts.yaml',
      '--fault',
      'answers-500',
    )
    expect(code).toBe(1)
    expect(stdout).toContain('the gateway answered 500')
    const [exchange] = eventsOfType(eventsOf(place), 'exchange:seen')
      .map((event) => event.exchange)
      .filter(({ method }) => method === 'POST')
    expect(exchange?.body).not.toBe('')
    expect(stdout).toContain(`< 500\n    < ${exchange?.body?.trim() ?? ''}`)
  },
  HANG_MS,
)

const SLOW = `name: Too slow
gateway: dedup
namespaces: [app]
timeout: 3s
steps:
  - expect: { crd: RemediationRequest, namespace: "\${ns.app}", count: 1, within: 50s }
finally:
  - note: tidied up
`

test(
  'a scenario that takes too long fails at the step it was in, and tidies up',
  async () => {
    place.write('slow.yaml', SLOW)
    const { code, stdout } = await gwscen(place, 'run', 'slow.yaml')
    expect(code).toBe(1)
    const events = eventsOf(place)
    const [{ failure } = {}] = eventsOfType(events, 'scenario:ended')
    expect(failure).toMatchObject({
      outcome: 'failed',
      code: 'TIMEOUT',
      span: { file: 'slow.yaml', line: 6 },
    })
    expect(stdout).toContain('the scenario took longer than its timeout of 3s')
    expect(eventsOfType(events, 'note:written').map(({ text }) => text)).toEqual(['tidied up'])
  },
  HANG_MS,
)

const WRONG = `name: A wrong expectation
gateway: dedup
namespaces: [app]
steps:
  - send:
      alert: { name: Wrong, severity: critical, namespace: "\${ns.app}", pod: p-1 }
      expect:
        status: 200
        body: { status: created }
`

test(
  'a wrong expectation is shown with its line, what differs, the exchange and how to run it again',
  async () => {
    place.write('wrong.yaml', WRONG)
    const { code, stdout } = await gwscen(place, 'run', 'wrong.yaml')
    expect(code).toBe(1)
    expect(stdout).toContain('--> wrong.yaml:8:17\n')
    expect(stdout).toContain('8 |         status: 200\n    |                 ^^^\n')
    expect(stdout).toMatch(/\n {2}status\n {4}expected 200\n {4}actual {3}201\n\n/)
    expect(stdout).not.toContain('body.status')
    expect(stdout).toContain('> POST /api/v1/signals/prometheus\n')
    expect(stdout).toContain('< 201\n')
    expect(stdout).toContain('"remediationRequestName":"rr-')
    expect(stdout).toContain('run it again: npx gwscen run wrong.yaml\n')
  },
  HANG_MS,
)
