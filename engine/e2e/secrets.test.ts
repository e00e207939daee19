import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { textAt } from '../base/json.ts'
import { unpacked } from '../reporters/html/testing/unpacked.ts'
import { reportKinds } from '../reporters/reports/index.ts'
import { startGwscen } from './testing/gwscen.ts'
import { openPlace, type Place } from './testing/place.ts'
import { eventsOf, eventsOfType } from './testing/run-log.ts'

const HANG_MS = 60_000
/** With everything that one encoding or another writes differently. */
const SECRET = 'Zk/9+"q\\<ü> %p&w=7'

const EVERYWHERE = `name: A secret goes everywhere
gateway: dedup
namespaces: [app]
env: [TOKEN]
vars:
  token: "\${env('TOKEN')}"
  alert: "\${unique('Secret')}"
steps:
  - send:
      alert:
        name: "\${vars.alert}"
        severity: critical
        namespace: "\${ns.app}"
        pod: p-1
        annotations: { why: "because of \${vars.token}" }
      expect: { status: 201 }
    as: sent
  - request:
      path: /health
      headers: { x-plain: "\${sha256(vars.token)}", authorization: "Bearer \${sha256(vars.token)}" }
    as: asked
  - expect: { crd: RemediationRequest, namespace: "\${ns.app}", count: 1, within: 10s }
    as: object
  - request: { method: POST, path: /nowhere, body: { deep: { token: "\${vars.token}" } } }
    as: nowhere
  - note: "the token is \${vars.token}"
  - expect: { value: "\${vars.token}", $startsWith: "\${vars.token}x" }
finally:
  - note: "again \${vars.token}"
`

let place: Place
beforeEach(() => {
  place = openPlace(process.env['PATH'])
})
afterEach(() => place[Symbol.asyncDispose]())

/** The ways in which it may stand in a text. */
function writings(secret: string): readonly string[] {
  const inJson = JSON.stringify(secret).slice(1, -1)
  const inGo = inJson.replace(/[<>&]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`)
  const base64 = [0, 1, 2].flatMap((before) =>
    [secret, inJson, inGo].map((text) => {
      const whole = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]).toString('base64')
      return whole.slice(4, 16)
    }),
  )
  const plain = [secret, inJson, inGo, encodeURIComponent(secret), inJson.slice(1, -1)]
  const xml = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return [...plain, xml, xml.replaceAll('"', '&quot;'), ...base64]
}

/** All that a file says, also what is packed in it. */
function textOf(file: string): string {
  const text = readFileSync(file, 'utf8')
  return file.endsWith('html') ? unpacked(text).text : text
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

test.each(['list', 'json'])(
  'a value of env() is in no report and not on the terminal (%s)',
  async (reporter) => {
    place.write('secret.yaml', EVERYWHERE)
    const reports = reportKinds.flatMap((kind) => ['--report', `${kind}=out/${kind}`])
    const running = startGwscen(place, ['run', 'secret.yaml', '--reporter', reporter, ...reports], {
      env: { TOKEN: SECRET },
    })
    const { code, stdout, stderr } = await running.ended
    expect([code, stderr]).toEqual([1, ''])

    // It was everywhere, else nothing below would say anything.
    const events = eventsOf(place)
    const exchanges = eventsOfType(events, 'exchange:seen').map(({ exchange }) => exchange)
    expect(exchanges[0]?.requestBody).toContain('because of ***')
    expect(exchanges[1]?.requestHeaders).toMatchObject({ authorization: '***' })
    expect(exchanges[2]?.requestBody).toBe('{"deep":{"token":"***"}}')
    const seen = eventsOfType(events, 'object:seen')[0]?.object
    const payload = Buffer.from(textAt(seen, 'spec', 'originalPayload') ?? '', 'base64').toString()
    expect(payload).toContain('because of ***')
    const notes = eventsOfType(events, 'note:written').map(({ text }) => text)
    expect(notes).toEqual(['the token is ***', 'again ***'])
    expect(stdout).toContain('***')

    const files = [join(place.folder, '.gwscen/events.ndjson'), ...filesBelow(join(place.folder, 'out'))]
    expect(files).toHaveLength(reportKinds.length + 1)
    const shown = { stdout, ...Object.fromEntries(files.map((file) => [file, textOf(file)])) }
    for (const [sink, text] of Object.entries(shown)) {
      expect(text).not.toBe('')
      if (sink.endsWith('html')) expect(text).toContain('because of ***')
      const found = writings(SECRET).filter((writing) => text.includes(writing))
      expect([sink, found]).toEqual([sink, []])
    }
  },
  HANG_MS,
)

test('a value that is too short to be hidden is refused before anything runs', async () => {
  place.write('secret.yaml', EVERYWHERE)
  const { code, stderr } = await startGwscen(place, ['run', 'secret.yaml'], { env: { TOKEN: 'abc' } }).ended
  expect(code).toBe(2)
  expect(stderr).toBe(
    'gwscen: secret.yaml:1: the value of TOKEN has 3 characters; what `env` lists is hidden in all output, which takes at least 4\n',
  )
})
