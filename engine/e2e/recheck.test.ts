import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gwscen, startGwscen, type Ended } from './testing/gwscen.ts'
import { openPlace, type Place } from './testing/place.ts'

const HANG_MS = 60_000
const LOG = 'recorded.ndjson'

const RECORDED = `name: An alert becomes an object
gateway: dedup
namespaces: [app]
env: [TOKEN]
vars:
  alert: "\${unique('Recheck')}"
  token: "\${env('TOKEN')}"
steps:
  - send:
      alert: { name: "\${vars.alert}", severity: critical, namespace: "\${ns.app}", pod: p-1, annotations: { why: "\${vars.token}" } }
      expect: { status: 201 }
    as: sent
  - expect: { crd: RemediationRequest, namespace: "\${ns.app}", count: 1, within: 20s }
    as: found
  - expect: { redis: { dedup: { fingerprint: "\${sent.first.body.fingerprint}" } }, ttl: { $gt: 0 } }
  - expect: { value: "\${found.object.spec.severity}", $eq: critical }
`

let place: Place
beforeAll(async () => {
  place = openPlace(process.env['PATH'])
  place.write('recorded.yaml', RECORDED)
  const args = ['run', 'recorded.yaml', '--events', LOG]
  const { code } = await startGwscen(place, args, { env: { TOKEN: 'open sesame' } }).ended
  expect(code).toBe(0)
}, HANG_MS)
afterAll(async () => {
  await place[Symbol.asyncDispose]()
})

/** An edited copy, judged by the recording. */
function recheck(from: string, to: string): Promise<Ended> {
  expect(RECORDED).toContain(from)
  place.write('edited.yaml', RECORDED.replace(from, to))
  return gwscen(place, 'recheck', LOG, 'edited.yaml')
}

test('what did not change has the same verdict, and says what was not judged', async () => {
  const { code, stdout, stderr } = await gwscen(place, 'recheck', LOG)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('target embedded, as it was recorded')
  expect(stdout).toContain('1 scenario: 1 passed\n')
  expect(stdout).toContain(
    'warning: not judged: steps.2 (expect), line 15: what Redis held is not in the recording\n',
  )
  expect(stdout.match(/not judged/g)).toHaveLength(1)
})

describe('an edited expectation', () => {
  test('of a reply', async () => {
    const { code, stdout } = await recheck('status: 201', 'status: 202')
    expect(code).toBe(1)
    expect(stdout).toContain('edited.yaml:11:25')
    expect(stdout).toMatch(/expected 202\n +actual +201/)
  })

  test('of an object', async () => {
    const { code, stdout } = await recheck('$eq: critical', '$eq: warning')
    expect(code).toBe(1)
    expect(stdout).toMatch(/expected warning\n +actual +critical/)
  })

  test('that holds', async () => {
    const { code } = await recheck('$eq: critical', '$in: [critical, warning]')
    expect(code).toBe(0)
  })

  test('that the recording does not last for is broken', async () => {
    const { code, stdout } = await recheck('count: 1, within: 20s', 'count: 2, within: 20s')
    expect(code).toBe(3)
    expect(stdout).toContain('[RECORDING_ENDS]')
  })
})

test('another request is broken: nobody knows what would have come', async () => {
  const { code, stdout } = await recheck('severity: critical,', 'severity: warning,')
  expect(code).toBe(3)
  expect(stdout).toContain('[OTHER_REQUEST]')
})

test(
  'a failure that is mended needs no gateway to be green',
  async () => {
    place.write('wrong.yaml', RECORDED.replace('$eq: critical', '$eq: nothing'))
    const env = { TOKEN: 'open sesame' }
    const run = await startGwscen(place, ['run', 'wrong.yaml', '--events', 'wrong.ndjson'], { env }).ended
    expect(run.code).toBe(1)
    const same = await gwscen(place, 'recheck', 'wrong.ndjson')
    expect(same.code).toBe(1)
    place.write('wrong.yaml', RECORDED)
    const mended = await gwscen(place, 'recheck', 'wrong.ndjson', '--format', 'tap')
    expect(mended.code).toBe(0)
    expect(mended.stdout).toContain('ok 1 - wrong: An alert becomes an object\n')
  },
  HANG_MS,
)

test('files with problems, and scenarios that are not in the recording, are named', async () => {
  place.write('slip.yaml', RECORDED.replace('- send:', '- sned:'))
  const slip = await gwscen(place, 'recheck', LOG, 'slip.yaml')
  expect(slip.code).toBe(2)
  expect(slip.stderr).toContain('did you mean send?')
  const other = await gwscen(place, 'recheck', LOG, 'recorded.yaml', 'scenarios/dedup/lifecycle.yaml')
  expect(other.code).toBe(0)
  expect(other.stderr).toBe('scenarios/dedup/lifecycle.yaml:2: dedup/lifecycle is not in recorded.ndjson\n')
})

test('the log of several runs is refused', async () => {
  const merged = await gwscen(place, 'report', 'merge', LOG, 'wrong.ndjson', '--format', 'ndjson')
  place.write('merged.ndjson', merged.stdout)
  const { code, stderr } = await gwscen(place, 'recheck', 'merged.ndjson')
  expect(code).toBe(2)
  expect(stderr).toContain('merged.ndjson: the log of a merged run')
})
