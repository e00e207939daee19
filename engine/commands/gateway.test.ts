import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { GatewayProcess, Line } from '../embedded/gateway/standalone/testing/gateway-process.ts'
import { openStage, type Stage } from '../embedded/gateway/standalone/testing/stage.ts'
import { kubeconfigText } from './kubeconfig.ts'
import { fakeWorld, sinkOf } from './testing/fake-world.ts'
import type { Signal, World } from './world.ts'

const REQUESTS = { group: 'remediation.kubernaut.io', version: 'v1alpha1', plural: 'remediationrequests' }

let stage: Stage
let folder: string

beforeAll(async () => {
  stage = await openStage(process.env['PATH'] ?? '')
  folder = stage.folder
})
afterEach(() => stage.clear())
afterAll(() => stage.close())

const redisAddress = (): string => stage.redisAddress

const start = (flags: readonly string[], env: Readonly<Record<string, string>> = {}): GatewayProcess =>
  stage.start(flags, { env })

function configFile(name: string, change: (text: string) => string = (text) => text): string {
  const text = `
server: { listen_addr: '127.0.0.1:0' }
infrastructure: { redis: { addr: ${redisAddress()} } }
processing:
  storm: { rate_threshold: 100, pattern_threshold: 100 }
  priority: { policy_path: ${join(folder, 'policy.rego')} }
`
  const path = join(folder, name)
  writeFileSync(path, change(text))
  return path
}

const post = (url: string, pod: string): Promise<Response> =>
  fetch(`${url}/api/v1/signals/prometheus`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      alerts: [{ labels: { alertname: 'Alone', namespace: 'shop', severity: 'critical', pod } }],
    }),
  })

test('it takes alerts, makes objects in the cluster of its kubeconfig, and logs JSON on stderr', async () => {
  const gateway = start(['--config', configFile('plain.yaml'), '--redis', redisAddress()])
  const url = await gateway.url()
  expect((await fetch(`${url}/ready`)).status).toBe(200)
  const answer = await post(url, 'p-1')
  expect(answer.status).toBe(201)
  expect((await post(url, 'p-1')).status).toBe(202)
  const objects = stage.cluster.objects.list(REQUESTS, { namespace: 'shop' })
  expect(objects).toHaveLength(1)
  expect(objects[0]).toMatchObject({ spec: { signalName: 'Alone', deduplication: { occurrenceCount: 2 } } })
  const line = await gateway.line(({ msg }) => msg === 'signal created')
  expect(line).toMatchObject({ level: 'info', signal: 'Alone', namespace: 'shop' })
  expect(line['request_id']).toBe(answer.headers.get('x-request-id'))
})

test('SIGTERM: not ready at once, served for 5 s, then gone with code 0', async () => {
  const gateway = start(['--config', configFile('drain.yaml'), '--redis', redisAddress()])
  const url = await gateway.url()
  gateway.child.kill('SIGTERM')
  await gateway.line(({ msg }) => msg === 'shutting down')
  const sinceSignal = performance.now()
  expect((await fetch(`${url}/ready`)).status).toBe(503)
  expect((await fetch(`${url}/health`)).status).toBe(200)
  expect((await post(url, 'while-draining')).status).toBe(201)
  expect(await gateway.exit()).toBe(0)
  expect(performance.now() - sinceSignal).toBeGreaterThan(4900)
  await expect(fetch(`${url}/health`)).rejects.toThrow()
})

test('a flag wins over the environment, that over the file; a flag at its default does not count', async () => {
  const config = configFile('ports.yaml', (text) => text.replace('127.0.0.1:0', '127.0.0.1:1'))
  const free = await freePort()
  const flagged = start(['--config', config, '--redis', redisAddress(), '--listen', `127.0.0.1:${free}`], {
    GATEWAY_LISTEN_ADDR: '127.0.0.1:2',
  })
  expect((await flagged.line(({ msg }) => msg === 'listening'))['port']).toBe(free)
  const other = await freePort()
  const fromEnv = start(['--config', config, '--redis', redisAddress(), '--listen', ':8080'], {
    GATEWAY_LISTEN_ADDR: `127.0.0.1:${other}`,
  })
  expect((await fromEnv.line(({ msg }) => msg === 'listening'))['port']).toBe(other)
})

test('faults and presets bend it', async () => {
  const flags = ['--config', configFile('bent.yaml'), '--redis', redisAddress()]
  const bent = start([...flags, '--preset', 'kubernaut-2025-11-24', '--fault', 'health-always-500'])
  const url = await bent.url()
  expect((await fetch(`${url}/health`)).status).toBe(500)
  expect((await fetch(`${url}/nowhere`)).headers.get('x-request-id')).toBeNull()
})

test('in a pod the service account is its way to the cluster', async () => {
  const { gateway } = await import('./gateway.ts')
  const { ca = '', token = '', server: address } = stage.cluster.connection
  writeFileSync(join(folder, 'ca.crt'), ca)
  writeFileSync(join(folder, 'token'), token)
  writeFileSync(join(folder, 'namespace'), 'shop\n')
  const { port } = new URL(address)
  const said: string[] = []
  let stop: () => void = () => undefined
  const world = worldWith({
    env: { KUBECONFIG: '', KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: port },
    write: (text) => said.push(text),
    onSignal: (listener) => (stop = () => listener('SIGTERM')),
  })
  const flags = {
    config: configFile('pod.yaml'),
    redis: redisAddress(),
    redisDb: 0,
    listen: ':8080',
    kubeconfig: '',
    faults: [],
    serviceAccountFolder: folder,
  }
  const code = gateway(flags, world)
  const listening = await untilSaid(said, 'listening')
  const answer = await fetch(`http://127.0.0.1:${String(listening['port'])}/api/v1/signals/prometheus`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ alerts: [{ labels: { alertname: 'Nowhere', namespace: 'missing' } }] }),
  })
  expect(await answer.json()).toMatchObject({ status: 'created', remediationRequestNamespace: 'shop' })
  stop()
  expect(await code).toBe(0)
})

describe('what it refuses to start with', () => {
  const refused = async (flags: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const refusing = start(flags, env)
    return { code: await refusing.exit(), said: refusing.said }
  }
  const withRedis = (config: string): string[] => ['--config', config, '--redis', redisAddress()]

  test('no Redis where the flags say, whatever the file says: 1', async () => {
    const flags = ['--config', configFile('r.yaml'), '--redis', `127.0.0.1:${await freePort()}`]
    const { code, said } = await refused(flags)
    expect(code).toBe(1)
    expect(JSON.parse(said)).toMatchObject({
      level: 'fatal',
      error: expect.stringContaining('connection refused') as unknown,
    })
  })

  test.each([
    ['no file', () => join(folder, 'none.yaml'), 'ENOENT'],
    ['no YAML', () => configFile('broken.yaml', () => 'a: [1'), 'configuration'],
    [
      'a number as a duration',
      () => configFile('d.yaml', (t) => `${t}  retry: { max_attempts: 2, initial_backoff: 5 }`),
      'initial_backoff',
    ],
    ['a negative threshold', () => configFile('n.yaml', (t) => t.replace('100', '-1')), 'rate_threshold'],
    ['no policy file', () => configFile('p.yaml', (t) => t.replace('policy.rego', 'none.rego')), 'none.rego'],
  ])('%s: 1', async (_name, config, word) => {
    const { code, said } = await refused(withRedis(config()))
    expect([code, said]).toEqual([1, expect.stringContaining(word)])
  })

  test('a policy that is not known: 1', async () => {
    writeFileSync(join(folder, 'mine.rego'), 'package mine\n')
    const { code, said } = await refused(
      withRedis(configFile('q.yaml', (t) => t.replace('policy.rego', 'mine.rego'))),
    )
    expect([code, said]).toEqual([1, expect.stringContaining('only two Rego files are known')])
  })

  test('an override of Redis without its section: 2', async () => {
    const config = configFile('s.yaml', (text) => text.replace(/^infrastructure.*$/m, ''))
    expect((await refused(withRedis(config))).code).toBe(2)
  })

  test('a flag that is not known: 2', async () => {
    expect((await refused(['--nonsense'])).code).toBe(2)
  })

  test('no way to a cluster: 1', async () => {
    const { code, said } = await refused(withRedis(configFile('k.yaml')), {
      KUBECONFIG: '',
      HOME: join(folder, 'nobody'),
    })
    expect([code, said]).toEqual([1, expect.stringContaining('Kubernetes configuration')])
  })

  test('an unknown fault: 1, with the nearest name', async () => {
    const { code, said } = await refused([...withRedis(configFile('f.yaml')), '--fault', 'window-fixd'])
    expect([code, said]).toEqual([1, expect.stringContaining('did you mean window-fixed?')])
  })

  test('a port that is taken: 1', async () => {
    const { port } = new URL(stage.cluster.url)
    const { code, said } = await refused([
      ...withRedis(configFile('t.yaml')),
      '--listen',
      `127.0.0.1:${port}`,
    ])
    expect([code, said]).toEqual([1, expect.stringContaining('EADDRINUSE')])
  })
})

test('the API server may be away at the start', async () => {
  const away = JSON.stringify({
    ...(JSON.parse(kubeconfigText(stage.cluster.connection)) as object),
  }).replace(stage.cluster.url, 'https://127.0.0.1:1')
  writeFileSync(join(folder, 'away'), away)
  const gateway = start([
    '--config',
    configFile('away.yaml'),
    '--redis',
    redisAddress(),
    '--kubeconfig',
    join(folder, 'away'),
  ])
  const url = await gateway.url()
  expect((await fetch(`${url}/ready`)).status).toBe(200)
  expect((await post(url, 'p-9')).status).toBe(500)
})

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  listener.close()
  await once(listener, 'close')
  return port
}

interface WorldParts {
  readonly env: World['env']
  readonly write: (text: string) => void
  readonly onSignal: (listener: (signal: Signal) => void) => void
}

function worldWith({ env, write, onSignal }: WorldParts): World {
  return fakeWorld({
    cwd: folder,
    env,
    stdout: sinkOf(write),
    stderr: sinkOf(write),
    root: folder,
    onSignal: (listener) => {
      onSignal(listener)
      return () => undefined
    },
  })
}

async function untilSaid(said: readonly string[], msg: string): Promise<Line> {
  for (;;) {
    const found = said.map((text) => JSON.parse(text) as Line).find((line) => line.msg === msg)
    if (found !== undefined) return found
    await new Promise((resolve) => setImmediate(resolve))
  }
}
