import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Workbench } from './testing/workbench.ts'
import { calm, stormy } from './testing/workbench-config.ts'

const PROMETHEUS = '/api/v1/signals/prometheus'
const EVENT = '/api/v1/signals/kubernetes-event'
const PATHS = [PROMETHEUS, EVENT]
/** What the contract names for a body, as long as Redis and the API server answer. */
const NAMED = [201, 202, 400]

const alert = {
  version: '4',
  status: 'firing',
  receiver: 'gw',
  truncatedAlerts: 0,
  groupLabels: { alertname: 'A' },
  commonLabels: { team: 't' },
  commonAnnotations: {},
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'A', severity: 'critical', namespace: 'team-a', pod: 'p' },
      annotations: { summary: 's' },
      startsAt: '2025-11-24T13:13:00Z',
      endsAt: '0001-01-01T00:00:00Z',
    },
  ],
}
const event = {
  type: 'Warning',
  reason: 'OOMKilled',
  message: 'm',
  involvedObject: { kind: 'Pod', namespace: 'team-a', name: 'p' },
  firstTimestamp: '2025-11-24T13:10:00Z',
  lastTimestamp: null,
  count: 3,
  source: { component: 'kubelet', host: 'h' },
}

let bench: Workbench

beforeAll(async () => {
  bench = await Workbench.open({ storm: calm })
})
afterEach(() => bench.kube.clear())
afterAll(() => bench.close())

async function statusOf(path: string, body: unknown, headers: Record<string, string> = {}): Promise<number> {
  const answer = await bench.until(bench.send(path, { body, headers }))
  const isProblem = answer.status === 400
  expect(answer.headers['content-type']).toBe(isProblem ? 'application/problem+json' : 'application/json')
  expect(answer.json).toMatchObject(
    isProblem
      ? { status: 400, instance: path }
      : { fingerprint: expect.stringMatching(/^[a-f0-9]{64}$/) as unknown },
  )
  return answer.status
}

async function everyBody(bodies: fc.Arbitrary<string | Buffer>, runs = 200): Promise<void> {
  const property = fc.asyncProperty(fc.constantFrom(...PATHS), bodies, async (path, body) => {
    expect(NAMED).toContain(await plainStatus(path, body))
  })
  await fc.assert(property, { numRuns: runs, seed: 20_251_124 })
  expect((await bench.send('/health', { method: 'GET' })).status).toBe(200)
}

async function plainStatus(path: string, body: string | Buffer): Promise<number> {
  return (await bench.until(bench.send(path, { body }))).status
}

/** A value at one place of a body replaced. */
function mutated(base: unknown): fc.Arbitrary<string> {
  const places = placesOf(base)
  return fc
    .tuple(fc.constantFrom(...places), fc.jsonValue({ maxDepth: 3 }))
    .map(([place, value]) => JSON.stringify(replaced(base, place, value)))
}

function placesOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...path, key]))]
}

function replaced(base: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  if (Array.isArray(base))
    return base.map((inner: unknown, index) => (String(index) === key ? replaced(inner, rest, value) : inner))
  const object = base as Record<string, unknown>
  return { ...object, [key]: replaced(object[key], rest, value) }
}

/** A body in which one byte is another one, or several are missing. */
function damaged(base: unknown): fc.Arbitrary<Buffer> {
  const whole = Buffer.from(JSON.stringify(base))
  const places = fc.nat(whole.length - 1)
  return fc.oneof(
    fc
      .tuple(places, fc.nat(255))
      .map(([at, byte]) =>
        Buffer.concat([whole.subarray(0, at), Buffer.from([byte]), whole.subarray(at + 1)]),
      ),
    fc
      .tuple(places, places)
      .map(([a, b]) => Buffer.concat([whole.subarray(0, Math.min(a, b)), whole.subarray(Math.max(a, b))])),
  )
}

/** Keys once more, in other letters and with other values, as text: `JSON.stringify` cannot. */
const repeatedKeys = fc
  .array(
    fc.tuple(
      fc.constantFrom('alerts', 'Alerts', 'reason', 'REASON', 'involvedObject', 'type', 'labels'),
      fc.json({ maxDepth: 2 }),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map(
    (pairs) =>
      `{${pairs.map(([key, value]) => `"${key}":${value}`).join(',')},${JSON.stringify(alert).slice(1)}`,
  )

describe('no body is answered otherwise than with what the contract names', () => {
  test('any bytes', () => everyBody(fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes))))
  test('any JSON', () => everyBody(fc.json()))
  test('an alert with something else in one place', () => everyBody(mutated(alert), 400))
  test('an event with something else in one place', () => everyBody(mutated(event), 400))
  test('a damaged alert', () => everyBody(damaged(alert), 400))
  test('a damaged event', () => everyBody(damaged(event), 400))
  test('keys that repeat', () => everyBody(repeatedKeys))
  test('any labels', () =>
    everyBody(
      fc
        .dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }))
        .map((labels) =>
          JSON.stringify({ alerts: [{ labels: { alertname: 'A', ...labels }, annotations: labels }] }),
        ),
    ))
})

describe('bodies of the nastier kind', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
  const withLabel = (value: string | Buffer): Buffer =>
    Buffer.concat([
      Buffer.from('{"alerts":[{"labels":{"alertname":"A","pod":"'),
      Buffer.from(value),
      Buffer.from('"}}]}'),
    ])
  const asEvent = (message: string | Buffer): Buffer =>
    Buffer.concat([
      Buffer.from(
        '{"type":"Warning","reason":"R","involvedObject":{"kind":"Pod","name":"p","namespace":"team-a"},"message":"',
      ),
      Buffer.from(message),
      Buffer.from('"}'),
    ])
  const MIB = 1024 * 1024

  test.each([
    ['nothing', PROMETHEUS, '', 400],
    ['deep', PROMETHEUS, nested(9_999), 400],
    ['deeper than Go goes', PROMETHEUS, nested(10_001), 400],
    [
      'deep inside a field nobody reads',
      PROMETHEUS,
      `{"x":${nested(9_000)},"alerts":[{"labels":{"alertname":"A"}}]}`,
      201,
    ],
    ['deep without end', EVENT, '[{"a":'.repeat(100_000), 400],
    ['1 MiB + 1 of blanks', PROMETHEUS, ' '.repeat(MIB + 1), 400],
    ['1 MiB + 1 with an alert in it', PROMETHEUS, withLabel('x'.repeat(MIB + 1)), 400],
    ['an event of 1 MiB + 1', EVENT, asEvent('x'.repeat(MIB + 1)), 201],
    [
      'invalid UTF-8 in a label',
      PROMETHEUS,
      withLabel(Buffer.from([0xc3, 0x28, 0xff, 0xed, 0xa0, 0x80])),
      201,
    ],
    ['invalid UTF-8 in an event', EVENT, asEvent(Buffer.from([0xf8, 0x88, 0x80, 0x80, 0x80])), 201],
    ['an escaped NUL', PROMETHEUS, withLabel(String.raw`\u0000`), 201],
    ['a naked NUL', PROMETHEUS, withLabel(Buffer.from([0])), 400],
    ['NULs alone', EVENT, Buffer.alloc(1000), 400],
    ['half a surrogate', PROMETHEUS, withLabel(String.raw`\ud800`), 201],
    ['a byte order mark', PROMETHEUS, `\ufeff${JSON.stringify(alert)}`, 400],
    ['UTF-16', PROMETHEUS, Buffer.from(JSON.stringify(alert), 'utf16le'), 400],
    [
      'a number beyond all numbers',
      PROMETHEUS,
      '{"truncatedAlerts":1e400,"alerts":[{"labels":{"alertname":"A"}}]}',
      400,
    ],
    ['a number of 10,000 digits', EVENT, `{"count":${'9'.repeat(10_000)}}`, 400],
    [
      'the same label twice: the last wins',
      PROMETHEUS,
      '{"alerts":[{"labels":{"alertname":"","alertname":"A"}}]}',
      201,
    ],
    [
      '__proto__ as a key',
      PROMETHEUS,
      '{"__proto__":{"alerts":[1]},"alerts":[{"labels":{"__proto__":"x","constructor":"y","alertname":"A"}}]}',
      201,
    ],
    [
      'nine thousand labels',
      PROMETHEUS,
      JSON.stringify({
        alerts: [
          {
            labels: {
              alertname: 'A',
              ...Object.fromEntries(Array.from({ length: 9000 }, (_, i) => [`k${i}`, ''])),
            },
          },
        ],
      }),
      201,
    ],
    [
      'ten thousand alerts',
      PROMETHEUS,
      `{"alerts":[{"labels":{"alertname":"A"}}${',{}'.repeat(10_000)}]}`,
      201,
    ],
  ])('%s', async (_name, path, body, status) => {
    expect(await statusOf(path, body)).toBe(status)
  })

  test('an encoded body is taken for what it is', async () => {
    const { gzipSync } = await import('node:zlib')
    const zipped = gzipSync(JSON.stringify(alert))
    expect(await statusOf(PROMETHEUS, zipped, { 'content-encoding': 'gzip' })).toBe(400)
  })
})

test('storms take any names, too', async () => {
  const storms = await Workbench.open({ storm: stormy })
  const anyText = fc.string({ unit: 'binary', maxLength: 40 })
  const property = fc.asyncProperty(anyText, anyText, anyText, async (alertname, namespace, pod) => {
    for (const suffix of ['1', '2']) {
      const { status } = await storms.until(storms.alert({ alertname, namespace, pod: pod + suffix }))
      expect([202, 400]).toContain(status)
    }
  })
  await fc.assert(property, { numRuns: 100, seed: 20_251_124 })
  await storms.pass(15_000)
  expect(storms.log.filter(({ level }) => level === 'error')).toEqual([])
  await storms.close()
})
