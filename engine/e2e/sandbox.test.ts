import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { remediationRequest } from '../embedded/apiserver/testing/cluster.ts'
import { startGwscen, type Running } from './testing/gwscen.ts'
import { openPlace, type Place } from './testing/place.ts'
import { has, runTool, startTool, type ToolEnd, type ToolOptions } from './testing/tool.ts'

const HANG_MS = 60_000
const hasKubectl = has('kubectl', 'version', '--client')
const hasRedisCli = has('redis-cli', '--version')
const OBJECT = remediationRequest('rr-1', {}, { namespace: 'default' })

let place: Place
let sandbox: Running
let printed: { readonly kubeconfig: string; readonly gatewayUrl: string; readonly redisUrl: string }

beforeAll(async () => {
  place = openPlace(process.env['PATH'])
  sandbox = startGwscen(place, ['sandbox', '--profile', 'dedup'])
  const [, kubeconfig = '', gatewayUrl = '', redisUrl = ''] = await sandbox.said(
    /^export KUBECONFIG=(\S+) GATEWAY_URL=(\S+) REDIS_URL=(\S+)\n$/,
  )
  printed = { kubeconfig, gatewayUrl, redisUrl }
}, HANG_MS)
afterAll(() => place[Symbol.asyncDispose]())

function kubectlOptions(input?: object): ToolOptions {
  const home = join(place.folder, 'home')
  mkdirSync(home, { recursive: true })
  const env = { PATH: place.searchPath, HOME: home, KUBECONFIG: printed.kubeconfig }
  return { env, cwd: home, ...(input === undefined ? {} : { input: JSON.stringify(input) }) }
}

function kubectl(args: readonly string[], input?: object): Promise<ToolEnd> {
  return runTool('kubectl', args, kubectlOptions(input))
}

test('its gateway answers where it says', async () => {
  const reply = await fetch(`${printed.gatewayUrl}/ready`)
  expect(reply.status).toBe(200)
})

test('nobody gets in without the token', async () => {
  const config = JSON.parse(readFileSync(printed.kubeconfig, 'utf8')) as Kubeconfig
  const { server, 'certificate-authority-data': authority } = config.clusters[0].cluster
  const ca = Buffer.from(authority, 'base64')
  const statusWith = async (headers: Record<string, string>): Promise<number | undefined> => {
    const asked = request(`${server}/api/v1/namespaces`, { ca, headers, agent: false }).end()
    const [reply] = (await once(asked, 'response')) as [{ statusCode?: number; resume(): void }]
    reply.resume()
    return reply.statusCode
  }
  expect(await statusWith({})).toBe(401)
  expect(await statusWith({ authorization: 'Bearer wrong' })).toBe(401)
  expect(await statusWith({ authorization: `Bearer ${config.users[0].user.token}` })).toBe(200)
})

interface Kubeconfig {
  readonly clusters: readonly [
    { readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } },
  ]
  readonly users: readonly [{ readonly user: { readonly token: string } }]
}

test.skipIf(!hasRedisCli)('redis-cli reaches its Redis', async () => {
  const { out } = await runTool('redis-cli', ['-u', printed.redisUrl, 'ping'], kubectlOptions())
  expect(out).toBe('PONG\n')
})

describe.skipIf(!hasKubectl)('kubectl', () => {
  test('lists namespaces, the one of the gateway among them', async () => {
    const { code, out } = await kubectl(['get', 'ns'])
    expect(code).toBe(0)
    expect(out).toMatch(/^NAME +STATUS +AGE\n/)
    expect(out).toMatch(/^gwscen-dedup +Active/m)
  })

  test('explains the fields of an object', async () => {
    const { code, out } = await kubectl(['explain', 'remediationrequests.spec'])
    expect(code).toBe(0)
    expect(out).toMatch(/signalFingerprint\s+<string>/)
  })

  test('applies, patches, watches and deletes an object', async () => {
    const watch = startTool('kubectl', ['get', 'remediationrequests', '-w'], kubectlOptions())
    place.defer(async () => {
      if (watch.exitCode === null && watch.kill()) await once(watch, 'close')
    })
    const rows = createInterface({ input: watch.stdout })[Symbol.asyncIterator]()
    const nextRow = async (): Promise<string> => String((await rows.next()).value)

    expect(await kubectl(['apply', '-f', '-'], OBJECT)).toMatchObject({
      code: 0,
      out: 'remediationrequest.remediation.kubernaut.io/rr-1 created\n',
    })
    expect(await nextRow()).toMatch(/^NAME +SEVERITY/)
    expect(await nextRow()).toMatch(/^rr-1 +critical/)

    const status = ['--type=merge', '--subresource=status', '-p', '{"status":{"overallPhase":"Pending"}}']
    expect(await kubectl(['patch', 'remediationrequest', 'rr-1', ...status])).toMatchObject({ code: 0 })
    expect(await nextRow()).toMatch(/^rr-1 +critical .*Pending/)

    const { out } = await kubectl(['get', 'remediationrequests', '-A'])
    expect(out).toMatch(/^default +rr-1 +critical .*Pending/m)

    expect(await kubectl(['delete', 'remediationrequest', 'rr-1'])).toMatchObject({ code: 0 })
    expect((await kubectl(['get', 'remediationrequests', '-A'])).err).toBe('No resources found\n')
  })

  test('sees the object that an alert becomes', async () => {
    const alert = {
      status: 'firing',
      labels: { alertname: 'ByHand', severity: 'critical', namespace: 'default', pod: 'p' },
    }
    const reply = await fetch(`${printed.gatewayUrl}/api/v1/signals/prometheus`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ alerts: [alert] }),
    })
    expect(reply.status).toBe(201)
    const { out } = await kubectl([
      'get',
      'remediationrequests',
      '-o',
      'jsonpath={.items[*].spec.signalName}',
    ])
    expect(out).toBe('ByHand')
  })
})

test(
  'Ctrl-C ends it, and nothing is left',
  async () => {
    expect(place.leftBehind()).not.toEqual([])
    sandbox.send('SIGINT')
    expect(await sandbox.ended).toMatchObject({ code: 0 })
    expect(place.leftBehind()).toEqual([])
  },
  HANG_MS,
)
