import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunDocument } from '../reporters/json.ts'
import { reportKinds } from '../reporters/reports/index.ts'
import { gwscen, startGwscen } from './testing/gwscen.ts'
import { openPlace, ROOT, type Place } from './testing/place.ts'
import { eventsOf, eventsOfType } from './testing/run-log.ts'
import { runTool, type ToolEnd } from './testing/tool.ts'
import { until } from './testing/until.ts'

const HANG_MS = 60_000

const READY = `name: The gateway is ready
gateway: dedup
steps:
  - expect: { http: { path: /ready }, status: 200 }
`
const WRONG = READY.replace('is ready', 'is not ready').replace('200', '503')
const ENDLESS = `name: Endless
gateway: dedup
namespaces: [app]
steps:
  - expect: { crd: RemediationRequest, namespace: "\${ns.app}", count: 1, within: 50s }
finally:
  - note: tidied up
`

let place: Place
beforeEach(() => {
  place = openPlace(process.env['PATH'])
  place.write('ready.yaml', READY)
  place.write('wrong.yaml', WRONG)
  place.write('endless.yaml', ENDLESS)
})
afterEach(() => place[Symbol.asyncDispose]())

function throughShell(where: Place, command: string): Promise<ToolEnd & { readonly stdout: string }> {
  const program = [process.execPath, join(ROOT, 'bin', 'gwscen.js')].map((word) => `'${word}'`).join(' ')
  const env = { PATH: where.searchPath, HOME: where.temp, TMPDIR: where.temp, LANG: 'C.UTF-8' }
  // The last words of a pipe come when it is closed, which the shell does not wait for.
  const script = `${program} ${command}; code=$?; wait; exit $code`
  return runTool('bash', ['-c', script], { cwd: where.folder, env }).then((end) => ({
    ...end,
    stdout: end.out,
  }))
}

async function intoFullDisk(
  where: Place,
  args: readonly string[],
): Promise<{ code: number | null; stderr: string }> {
  const { code, err } = await throughShell(where, `${args.join(' ')} > /dev/full`)
  return { code, stderr: err }
}

const read = (file: string): string => readFileSync(join(place.folder, file), 'utf8')

test(
  'every report is in its place, and the summary names it',
  async () => {
    const { code, stdout } = await gwscen(
      place,
      ...['run', 'ready.yaml', 'wrong.yaml'],
      ...['--report', 'junit=out/deep/junit.xml', '--report', 'json=run.json'],
    )
    expect(code).toBe(1)
    expect(read('out/deep/junit.xml')).toMatch(
      /<testsuites name="gwscen" time="[\d.]+" tests="2" failures="1" errors="0">/,
    )
    expect((JSON.parse(read('run.json')) as RunDocument).run.counts).toMatchObject({ passed: 1, failed: 1 })
    expect(stdout).toMatch(
      /^report events: .*\nreport junit: out\/deep\/junit\.xml\nreport json: run\.json$/m,
    )
  },
  HANG_MS,
)

test(
  'reports can be had from the configuration and the environment, and a flag wins',
  async () => {
    place.write('gwscen.config.yaml', 'run:\n  report: [tap=configured.tap, json=configured.json]\n')
    await gwscen(place, 'run', 'ready.yaml')
    expect(read('configured.tap')).toContain('ok 1 - ready: The gateway is ready')
    await startGwscen(place, ['run', 'ready.yaml'], { env: { GWSCEN_REPORT: 'tap=a.tap,json=a.json' } }).ended
    expect([existsSync(join(place.folder, 'a.tap')), existsSync(join(place.folder, 'a.json'))]).toEqual([
      true,
      true,
    ])
    await gwscen(place, 'run', 'ready.yaml', '--report', 'tap=flag.tap')
    expect(read('flag.tap')).toContain('1..1')
  },
  HANG_MS,
)

test(
  'a report on standard output has it for itself',
  async () => {
    const { code, stdout, stderr } = await gwscen(place, 'run', 'wrong.yaml', '--report', 'tap=-')
    expect(code).toBe(1)
    expect(stdout).toMatch(/^TAP version 14\n1\.\.1\nnot ok 1 - wrong: The gateway is not ready\n/)
    expect(stderr).toContain('1 scenario: 1 failed\n')
  },
  HANG_MS,
)

describe.runIf(process.platform === 'linux')('where nothing can be written', () => {
  test.each(['junit', 'ndjson', 'html'])(
    'the exit code is 74, and the verdict is on standard error (%s)',
    async (kind) => {
      const { code, stderr } = await gwscen(place, 'run', 'wrong.yaml', '--report', `${kind}=/dev/full`)
      expect(code).toBe(74)
      expect(stderr).toContain(`${kind}=/dev/full: ENOSPC`)
      expect(stderr).toContain('the verdict is: 1 scenario: 1 failed, exit code 1\n')
    },
    HANG_MS,
  )

  test.each([
    ['run', 'wrong.yaml', '--reporter', 'json'],
    ['run', 'wrong.yaml', '--report', 'tap=-'],
    ['report', '.gwscen/events.ndjson', '--format', 'junit'],
    ['list', 'wrong.yaml'],
  ])(
    'also where that is standard output: %s %s %s %s',
    async (...args) => {
      if (args[0] === 'report') await gwscen(place, 'run', 'wrong.yaml')
      const { code, stderr } = await intoFullDisk(place, args.filter(Boolean))
      expect(code).toBe(74)
      if (args[0] !== 'list') expect(stderr).toContain('the verdict is: 1 scenario: 1 failed')
    },
    HANG_MS,
  )

  test(
    'a pipe of a shell is written to as it is',
    async () => {
      const { code, stdout } = await throughShell(place, `run wrong.yaml --reporter none --report tap=>(cat)`)
      expect(code).toBe(1)
      expect(stdout).toMatch(/^TAP version 14\n1\.\.1\nnot ok 1 /)
    },
    HANG_MS,
  )

  test(
    'what was asked for beside it is written',
    async () => {
      place.write('file', '')
      const flags = ['--report', 'json=file/run.json', '--report', 'tap=run.tap']
      const { code, stdout, stderr } = await gwscen(place, 'run', 'ready.yaml', ...flags)
      expect(code).toBe(74)
      expect(stderr).toMatch(/json=file\/run\.json: (EEXIST|ENOTDIR)/)
      expect(stderr).toContain('the verdict is: 1 scenario: 1 passed, exit code 0\n')
      expect(read('run.tap')).toContain('ok 1')
      expect(stdout).toContain('report tap: run.tap\n')
      expect(stdout).not.toContain('report json')
    },
    HANG_MS,
  )
})

test.each([
  [['json=x.json', 'tap=./x.json'], 'gwscen: --report tap=./x.json: something else is written there\n'],
  [['json=-', 'tap=-'], 'gwscen: --report tap=-: something else is written there\n'],
  [
    ['ndjson=.gwscen/events.ndjson'],
    'gwscen: --report ndjson=.gwscen/events.ndjson: something else is written there\n',
  ],
  [['junitt=x'], 'There is no kind of report called junitt, did you mean junit?'],
  [['junit'], 'Expected kind=path, such as junit=out/junit.xml.'],
])('%j is refused', async (reports, message) => {
  const { code, stderr } = await gwscen(
    place,
    'run',
    'ready.yaml',
    ...reports.flatMap((one) => ['--report', one]),
  )
  expect(code).toBe(2)
  expect(stderr).toContain(message)
})

test(
  'a run that is stopped writes its reports',
  async () => {
    const flags = ['--report', 'junit=junit.xml', '--report', 'tap=run.tap']
    const running = startGwscen(place, ['run', 'endless.yaml', ...flags])
    await until(() => eventsOfType(eventsOf(place), 'step:started').length > 0)
    running.send('SIGINT')
    expect((await running.ended).code).toBe(130)
    expect(read('junit.xml')).toContain('<property name="stoppedBy" value="SIGINT"/>')
    expect(read('junit.xml')).toContain('tests="1" failures="0" errors="1"')
    expect(read('run.tap')).toContain('not ok 1 - endless: Endless')
  },
  HANG_MS,
)

test(
  'a run whose target does not come up writes its reports, and none is green',
  async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    place.defer(() => new Promise((resolve) => server.close(() => resolve())))
    const { port } = server.address() as AddressInfo
    const flags = ['junit=junit.xml', 'tap=run.tap', 'sarif=run.sarif', 'markdown=run.md', 'github=run.txt']
    const { code } = await gwscen(
      place,
      ...['run', 'ready.yaml', '--port', String(port)],
      ...flags.flatMap((flag) => ['--report', flag]),
    )
    expect(code).toBe(3)
    expect(read('junit.xml')).toMatch(/tests="1" failures="0" errors="1"[^]*EADDRINUSE/)
    expect(read('run.tap')).toMatch(/^Bail out! TARGET_ERROR: .*EADDRINUSE/m)
    expect(read('run.sarif')).toContain('"executionSuccessful": false')
    expect(read('run.md')).toContain('TARGET&#95;ERROR')
    expect(read('run.txt')).toMatch(/^::error title=TARGET_ERROR::/)
  },
  HANG_MS,
)

test('problems that stop a run are in its reports', async () => {
  place.write('slip.yaml', READY.replace('expect:', 'expct:'))
  const flags = ['--report', 'junit=junit.xml', '--report', 'sarif=run.sarif', '--report', 'github=run.txt']
  const { code, stderr } = await gwscen(place, 'run', 'slip.yaml', ...flags)
  expect(code).toBe(2)
  expect(stderr).toContain('did you mean expect?')
  expect(read('junit.xml')).toMatch(/tests="1" failures="0" errors="1"[^]*slip\.yaml:4:5/)
  expect(read('run.sarif')).toContain('"ruleId": "UNKNOWN_VERB"')
  expect(read('run.txt')).toMatch(/^::error file=slip\.yaml,line=4,col=5,title=UNKNOWN_VERB::/)
})

test(
  'a step of GitHub Actions has its annotations and its summary without being asked',
  async () => {
    place.write('summary.md', 'theirs\n')
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(place.folder, 'summary.md') }
    const { code, stdout } = await startGwscen(place, ['run', 'wrong.yaml'], { env }).ended
    expect(code).toBe(1)
    expect(stdout).toMatch(/^::error file=wrong\.yaml,line=4,col=\d+,title=failed%3A wrong::/m)
    expect(stdout).toContain('1 scenario: 1 failed\n')
    expect(read('summary.md')).toMatch(/^theirs\n## gwscen: 1 scenario: 1 failed\n/)
    const json = await startGwscen(place, ['run', 'wrong.yaml', '--reporter', 'json'], { env }).ended
    expect(json.stdout).not.toContain('::error')
    const asked = ['run', 'wrong.yaml', '--report', 'github=own.txt', '--report', 'markdown=own.md']
    expect((await startGwscen(place, asked, { env }).ended).stdout).not.toContain('::error')
    expect(read('summary.md').match(/## gwscen/g)).toHaveLength(2)
  },
  HANG_MS,
)

test(
  'the shards of a suite are one again, and what none of them ran is not finished',
  async () => {
    const shard = (part: string, log: string): Promise<unknown> =>
      gwscen(place, 'run', 'ready.yaml', 'wrong.yaml', '--no-history', '--shard', part, '--events', log)
    await shard('1/2', 'one.ndjson')
    await shard('2/2', 'two.ndjson')
    const both = await gwscen(place, 'report', 'merge', 'one.ndjson', 'two.ndjson')
    expect(both).toMatchObject({ code: 1, stderr: '' })
    expect(both.stdout).toContain('2 scenarios: 1 passed, 1 failed\n')
    await gwscen(place, 'run', 'endless.yaml', '--timeout', '1s', '--events', 'other.ndjson')
    const oneAlone = await gwscen(place, 'report', 'merge', 'one.ndjson', 'other.ndjson')
    expect(oneAlone.stdout).toMatch(/^3 scenarios: .*1 not finished$/m)
  },
  HANG_MS,
)

describe('gwscen report', () => {
  const LOG = '.gwscen/events.ndjson'

  test(
    'makes again what the run wrote, with its exit code',
    async () => {
      const kinds = reportKinds.filter((kind) => kind !== 'ndjson')
      const into = (folder: string): readonly string[] =>
        kinds.flatMap((kind) => ['--report', `${kind}=${folder}/${kind}`])
      const run = await gwscen(place, 'run', 'ready.yaml', 'wrong.yaml', ...into('live'))
      const again = await gwscen(place, 'report', LOG, ...into('again'))
      expect(again).toMatchObject({ code: run.code, stderr: '' })
      const withoutReports = (text: string): string => text.replaceAll(/^report .*\n/gm, '')
      expect(withoutReports(again.stdout)).toBe(withoutReports(run.stdout))
      for (const kind of kinds) expect(read(`again/${kind}`)).toBe(read(`live/${kind}`))
    },
    HANG_MS,
  )

  test(
    'tells of a run that was killed what it had done',
    async () => {
      const running = startGwscen(place, ['run', 'ready.yaml', 'endless.yaml'])
      await until(() => eventsOfType(eventsOf(place), 'scenario:ended').length === 1)
      await until(() =>
        eventsOfType(eventsOf(place), 'step:started').some(({ scenario }) => scenario === 'endless'),
      )
      running.send('SIGKILL')
      await running.ended
      const { code, stdout } = await gwscen(
        place,
        'report',
        LOG,
        '--report',
        'junit=junit.xml',
        '--report',
        'json=run.json',
      )
      expect(code).toBe(3)
      expect(stdout).toContain('✓ ready: The gateway is ready')
      expect(stdout).toMatch(/cut off endless: Endless, in steps\.0 \(expect\) endless\.yaml:5/)
      expect(stdout).toContain('2 scenarios: 1 passed, 1 not finished\n')
      expect(stdout).toContain('the run did not come to its end')
      expect(read('junit.xml')).toContain('<property name="finished" value="no"/>')
      expect(read('junit.xml')).toContain(
        '<error type="UNFINISHED" message="not finished: cut off in steps.0 (expect), line 5"',
      )
      const document = JSON.parse(read('run.json')) as RunDocument
      expect(document.scenarios.map(({ id, outcome }) => [id, outcome])).toEqual([
        ['endless', 'unfinished'],
        ['ready', 'passed'],
      ])
    },
    HANG_MS,
  )

  test(
    'merges parts of a suite and what ran again',
    async () => {
      await gwscen(place, 'run', 'wrong.yaml', '--events', 'first.ndjson')
      place.write('wrong.yaml', READY)
      await gwscen(place, 'run', 'wrong.yaml', '--events', 'second.ndjson')
      await gwscen(place, 'run', 'ready.yaml', '--events', 'third.ndjson')
      const logs = ['second.ndjson', 'first.ndjson', 'third.ndjson']
      const merged = await gwscen(place, 'report', 'merge', ...logs, '--report', 'ndjson=all.ndjson')
      expect(merged.code).toBe(0)
      expect(merged.stderr).toMatch(/^wrong is in several runs: failed in run \w+, passed in run \w+\n$/)
      expect(merged.stdout).toContain('2 scenarios: 1 passed, 1 flaky\n')
      const strict = await gwscen(place, 'report', 'all.ndjson', '--format', 'tap', '--fail-on-flaky')
      expect(strict.code).toBe(1)
      expect(strict.stdout).toMatch(/^TAP version 14\n1\.\.2\n/)
    },
    HANG_MS,
  )

  test('says of a file what is wrong with it', async () => {
    place.write('not.ndjson', 'hello\n')
    const not = await gwscen(place, 'report', 'not.ndjson')
    expect(not).toMatchObject({ code: 2, stdout: '' })
    expect(not.stderr).toMatch(/^gwscen: not\.ndjson: not a log of events/)
    const none = await gwscen(place, 'report', 'none.ndjson')
    expect(none).toMatchObject({ code: 2, stdout: '' })
    expect(none.stderr).toMatch(/^gwscen: none\.ndjson cannot be read: ENOENT/)
  })
})

test(
  'every line of a log is as the schema of events says',
  async () => {
    const { stdout } = await gwscen(place, 'schema', 'events')
    const isLine = new Ajv({ allowUnionTypes: true }).compile(JSON.parse(stdout) as object)
    const some = ['dedup/lifecycle', 'resilience/redis-away', 'storm/buffered-until-window-closes']
    await gwscen(place, 'run', 'wrong.yaml', ...some.map((id) => `scenarios/${id}.yaml`))
    const lines = read('.gwscen/events.ndjson').trimEnd().split('\n')
    expect(lines.length).toBeGreaterThan(50)
    for (const line of lines) expect(isLine(JSON.parse(line)), line).toBe(true)
  },
  HANG_MS,
)
