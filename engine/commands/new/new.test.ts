import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../base/json.ts'
import { parsePlain } from '../../document/plain.ts'
import { openDesk, ROOT, type Desk, type Told } from '../testing/fake-world.ts'
import { curlRequest } from './curl-request.ts'
import { kindNames } from './kinds.ts'
// Read before the first test begins, which has a limit.
import './new.ts'

const HANG_MS = 120_000

let desk: Desk
beforeEach(() => void (desk = openDesk()))
afterEach(() => desk[Symbol.dispose]())

const typed = (input: string) => ({ readInput: () => Promise.resolve(input) })
const written = (file: string): string => readFileSync(join(desk.folder, file), 'utf8')
const scenario = (file: string): JsonObject => parsePlain(written(file))[0] as JsonObject

async function fromAlert(body: unknown): Promise<Told> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return desk.run(['new', 'pasted', '--from-alert', '-'], typed(text))
}

describe('a template', () => {
  test.each(kindNames(ROOT))('%s is written without a problem', async (kind) => {
    const { code, stdout, stderr } = await desk.run(['new', `made/${kind}`, '--kind', kind])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe(`wrote scenarios/made/${kind}.yaml\n\n  npx gwscen run scenarios/made/${kind}.yaml\n`)
    expect(written(`scenarios/made/${kind}.yaml`)).toMatch(
      /^# yaml-language-server: \$schema=\.\.\/\.\.\/node_modules\/gwscen\/schemas\/scenario\.schema\.json\nname: /,
    )
  })

  test('has the sentence that was typed as its name, and a file named after it', async () => {
    await desk.run(['new', "Ärger: it's ${back}", '--kind', 'metrics'])
    expect(scenario('scenarios/arger-it-s-back.yaml')['name']).toBe("Ärger: it's $${back}")
  })

  test('is refused where a file is there, which stays', async () => {
    await desk.run(['new', 'once'])
    const before = written('scenarios/once.yaml')
    expect(await desk.run(['new', 'scenarios/once.yaml', '--kind', 'event'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'new: scenarios/once.yaml is there already, and is left as it is; choose another name',
    })
    expect(written('scenarios/once.yaml')).toBe(before)
  })

  test.each([
    [['new', '../out'], 'new: ../out leads out of scenarios/; give a path below it'],
    [['new', '...'], 'new: "..." makes no file name; give some letters or digits'],
    [['new', 'a', '--kind', 'metrik'], 'new: --kind metrik: there is no such kind; did you mean metrics?'],
    [
      ['new', 'a', '--kind', 'event', '--from-curl', '-'],
      'new: only one of --kind, --from-alert and --from-curl makes sense',
    ],
  ])('%j is refused with a sentence', async (argv, stderr) => {
    expect(await desk.run(argv)).toEqual({ code: 2, stdout: '', stderr })
    expect(existsSync(join(desk.folder, 'scenarios'))).toBe(false)
  })
})

describe('an alert', () => {
  const labels = {
    alertname: 'HighMemory',
    severity: 'critical',
    namespace: 'prod',
    pod: 'api-1',
    team: 'red',
  }

  test('is sent again, under names of its own', async () => {
    const annotations = { summary: 'costs ${money}', runbook: 'http://x/y#z' }
    const body = {
      version: '4',
      alerts: [{ status: 'firing', labels, annotations, startsAt: '2025-01-01T00:00:00Z' }],
    }
    expect(await fromAlert(body)).toMatchObject({ code: 0, stderr: '' })
    expect(scenario('scenarios/pasted.yaml')).toMatchObject({
      name: 'HighMemory becomes a RemediationRequest',
      gateway: 'dedup',
      namespaces: ['app'],
      vars: { signal: "${unique('HighMemory')}" },
      steps: [
        {
          send: {
            alert: {
              name: '${vars.signal}',
              severity: 'critical',
              namespace: '${ns.app}',
              pod: 'api-1',
              labels: { team: 'red' },
              annotations: { summary: 'costs $${money}', runbook: 'http://x/y#z' },
            },
            preset: 'full',
            expect: { status: 201 },
          },
        },
        { expect: { crd: 'RemediationRequest', namespace: '${ns.app}', count: 1, within: '5s' } },
      ],
    })
    expect(written('scenarios/pasted.yaml')).not.toContain('prod')
  })

  test('and another one, of another namespace, go out one by one', async () => {
    const other = { ...labels, namespace: 'stage' }
    expect(await fromAlert({ alerts: [{ labels }, { labels: other, status: 'resolved' }] })).toMatchObject({
      code: 0,
    })
    expect(scenario('scenarios/pasted.yaml')).toMatchObject({
      namespaces: ['app', 'app2'],
      vars: { signal: "${unique('HighMemory')}" },
      steps: [
        { send: { alert: { namespace: '${ns.app}' } } },
        {
          send: {
            alert: { namespace: '${ns.app2}', status: 'resolved' },
            expect: { status: { $in: [201, 202] } },
          },
        },
        { expect: { namespace: '${ns.app}' } },
        { expect: { namespace: '${ns.app2}', count: { $gte: 1, $lte: 2 } } },
      ],
    })
  })

  test.each([
    ['{\n  "alerts": [,]\n}', /^new: standard input:2:14 is no JSON: ./],
    ['', /^new: standard input.* is no JSON: ./],
    ['[]', /^new: standard input: expected a map, got a list$/],
    [{}, /^new: standard input: alerts: expected a list of alerts, got nothing$/],
    [{ alerts: [] }, /^new: standard input: alerts: there is none in the list$/],
    [{ alerts: [{ labels }, 7] }, /^new: standard input: alerts\[1\]: expected a map, got 7$/],
    [
      { alerts: [{ labels: {} }] },
      /^new: standard input: alerts\[0\]\.labels\.alertname: an alert needs a name$/,
    ],
    [
      { alerts: [{ labels: { alertname: 'A', n: 1 } }] },
      /^new: standard input: alerts\[0\]\.labels\.n: expected a text, got 1$/,
    ],
    [
      { alerts: [{ labels, status: 'x' }] },
      /^new: .*: alerts\[0\]\.status: expected firing or resolved, got "x"$/,
    ],
    [{ alerts: Array(21).fill({ labels }) }, /^new: .*: there are 21 in it; at most 20 make a scenario$/],
  ])('%j is refused with its place', async (body, sentence) => {
    const { code, stderr } = await fromAlert(body)
    expect(code).toBe(2)
    expect(stderr).toMatch(sentence)
    expect(existsSync(join(desk.folder, 'scenarios'))).toBe(false)
  })

  test('a file that is not there is refused', async () => {
    expect(await desk.run(['new', 'a', '--from-alert', 'none.json'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^new: none\.json cannot be read: ./) as string,
    })
    writeFileSync(join(desk.folder, 'there.json'), '{')
    const { stderr } = await desk.run(['new', 'a', '--from-alert', 'there.json'])
    expect(stderr).toMatch(/^new: there\.json:1:2 is no JSON: ./)
  })

  test(
    'of any text makes a scenario without a problem',
    async () => {
      const text = fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        fc.constantFrom(
          '${x}',
          '$${',
          '${',
          'a: b # c',
          '- x',
          '&a',
          '*a',
          '!t',
          "'",
          '"',
          '{',
          '',
          '~',
          'yes',
          '1',
          '|\n',
        ),
      )
      const label = fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/).filter((name) => name !== 'alertname')
      const alert = fc.record({
        labels: fc
          .tuple(
            fc.oneof(fc.string({ minLength: 1, maxLength: 40 }), fc.constantFrom('${x}', "it's", '- x')),
            fc.dictionary(label, text, { maxKeys: 4 }),
          )
          .map(([alertname, others]) => ({ ...others, alertname })),
        annotations: fc.dictionary(label, text, { maxKeys: 3 }),
      })
      let made = 0
      await fc.assert(
        fc.asyncProperty(fc.array(alert, { minLength: 1, maxLength: 3 }), async (alerts) => {
          const name = `any-${(made += 1)}`
          const input = typed(JSON.stringify({ version: '4', alerts }))
          const { code, stderr } = await desk.run(['new', name, '--from-alert', '-'], input)
          expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
        }),
        { numRuns: 40, seed: 7 },
      )
    },
    HANG_MS,
  )
})

describe('a curl command', () => {
  const fromCurl = (line: string): Promise<Told> =>
    desk.run(['new', 'pasted', '--from-curl', '-'], typed(line))

  test('that sends an alert makes a scenario that sends it, without its secrets', async () => {
    const body = '{"alerts":[{"labels":{"alertname":"DiskFull","namespace":"prod","node":"n1"}}]}'
    const line = `$ curl -sS -X POST http://gw:8080/api/v1/signals/prometheus \\\n  -H 'Authorization: Bearer abcdef' \\\n  -d '${body}'\n`
    expect(await fromCurl(line)).toMatchObject({ code: 0, stderr: '' })
    expect(scenario('scenarios/pasted.yaml')).toMatchObject({
      vars: { signal: "${unique('DiskFull')}" },
      steps: [{ send: { alert: { name: '${vars.signal}', namespace: '${ns.app}', node: 'n1' } } }, {}],
    })
    const text = written('scenarios/pasted.yaml')
    expect(text).not.toContain('abcdef')
    expect(text).toContain('# Left out, because it is a secret: authorization.')
  })

  test('that sends what is no signal expects a refusal', async () => {
    expect(await fromCurl(`curl http://gw/api/v1/signals/prometheus --json '{"alerts":[]}'`)).toMatchObject({
      code: 0,
    })
    expect(scenario('scenarios/pasted.yaml')['steps']).toEqual([
      {
        send: {
          raw: {
            path: '/api/v1/signals/prometheus',
            headers: { 'content-type': 'application/json' },
            body: '{"alerts":[]}',
          },
          expect: { status: 400 },
        },
      },
    ])
  })

  test('that asks for something else makes that request', async () => {
    expect(await fromCurl('curl -k https://gw/metrics?name[]=a -HAccept:text/plain')).toMatchObject({
      code: 0,
    })
    expect(scenario('scenarios/pasted.yaml')).toMatchObject({
      name: 'GET /metrics?name[]=a is answered with 200',
      steps: [{ request: { method: 'GET', path: '/metrics?name[]=a', headers: { accept: 'text/plain' } } }],
    })
  })

  test.each([
    ['curl localhost:8080/ready', { method: 'GET', path: '/ready', headers: {} }],
    ['curl -sXPUT gw/a -d x -d y', { method: 'PUT', path: '/a', body: 'x&y' }],
    ['curl --url gw/a -o out.txt --compressed', { method: 'GET', path: '/a' }],
    ['curl gw -u me:secret', { path: '/', secrets: ['authorization'] }],
    [`curl gw -H "X-Api-Key: 1" -H 'Host: a'`, { headers: {}, secrets: ['x-api-key'] }],
  ])('%j is understood', (line, request) => {
    expect(curlRequest(line)).toMatchObject(request)
  })

  test.each([
    ['', 'nothing was pasted; expected a curl command'],
    ['wget gw', 'expected a curl command, got one that begins with "wget"'],
    ['curl', 'there is no address in it'],
    ['curl gw other', 'there are two addresses: gw and other'],
    ['curl http://', 'http:// is no address'],
    ['curl gw -d', '-d has no value behind it'],
    [
      'curl gw -d @alert.json',
      '@alert.json stands for a file; paste what is in it, or use --from-alert alert.json',
    ],
    ['curl gw --reqest GET', '--reqest is not understood; did you mean --request?'],
    ['curl gw | jq .', '| is for a shell; paste the curl command alone'],
    ['curl gw && rm -rf x', '&& is for a shell; paste the curl command alone'],
    ['curl gw > out', '> is for a shell; paste the curl command alone'],
    [
      'curl gw -H "A: $TOKEN"',
      '$TOKEN is a variable of a shell; write its value, or use `env` in the scenario afterwards',
    ],
    ["curl gw -d $'a\\nb'", "$'…' is not understood; use plain quotes"],
    ['curl gw -H nothing', '"nothing" is no header; expected name: value'],
  ])('%j is refused with a sentence', (line, message) => {
    expect(() => curlRequest(line)).toThrow(`new: --from-curl: ${message}`)
  })
})
