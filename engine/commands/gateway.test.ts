import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { systemClock } from '../base/clock.ts'
import type { ApiServer } from '../embedded/apiserver/api-server.ts'
import { manifestText, startCluster } from '../embedded/apiserver/testing/cluster.ts'
import { createWatchdog, type Watchdog } from '../embedded/redis/create-watchdog.ts'
import { findServer } from '../embedded/redis/find-server.ts'
import { provideRedis, type RedisInstance } from '../embedded/redis/provider.ts'
import { kubeconfigText } from './kubeconfig.ts'
import type { Signal, World } from './world.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const REQUESTS = { group: 'remediation.kubernaut.io', version: 'v1alpha1', plural: 'remediationrequests' }
const searchPath = process.env['PATH'] ?? ''
const { server } = await findServer(searchPath)

let folder: string
let watchdog: Watchdog
let redis: RedisInstance
let cluster: ApiServer
const running: ChildProcess[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gwscen-gateway-'))
  const entry = ['--import', 'tsx', join(ROOT, 'engine/embedded/redis/watchdog.ts')]
  watchdog = createWatchdog({ entry, clock: systemClock })
  const prefer = server === undefined ? 'js' : 'server'
  const provider = await provideRedis({ clock: systemClock, searchPath, prefer, runDir: folder, watchdog })
  redis = await provider.start()
  cluster = await startCluster({ crds: [parse(manifestText)] })
  writeFileSync(join(folder, 'kubeconfig'), kubeconfigText(cluster.connection))
  writeFileSync(join(folder, 'policy.rego'), 'package priority\n')
})

afterEach(async () => {
  for (const process of running.splice(0)) {
    if (process.exitCode !== null || process.signalCode !== null) continue
    const ended = once(process, 'exit')
    process.kill('SIGKILL')
    await ended
  }
})

afterAll(async () => {
  await redis.stop()
  await cluster.close()
  await watchdog.close()
  rmSync(folder, { recursive: true, force: true })
})

const redisAddress = (): string => `${redis.host}:${redis.port}`

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

interface Line {
  readonly level: string
  readonly msg: string
  readonly ts: string
  readonly [field: string]: unknown
}

class Process {
  readonly child: ChildProcess
  readonly lines: Line[] = []
  #text = ''
  #waiting: (() => void)[] = []

  /** The program from its sources, so that no test looks at an old build. */
  constructor(flags: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const entry = `import { main } from '${ROOT}engine/main.ts'
process.exitCode = await main(process.argv.slice(1), { root: '${ROOT}' })`
    const argv = ['--import', 'tsx', '--input-type=module', '-e', entry, '--', 'gateway', ...flags]
    this.child = spawn(process.execPath, argv, {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: searchPath, KUBECONFIG: join(folder, 'kubeconfig'), ...env },
    })
    running.push(this.child)
    this.child.stderr?.setEncoding('utf8').on('data', (chunk: string) => this.#read(chunk))
    this.child.once('exit', () => this.#wake())
  }

  async line(matches: (line: Line) => boolean): Promise<Line> {
    for (;;) {
      const found = this.lines.find(matches)
      if (found !== undefined) return found
      if (this.child.exitCode !== null) throw new Error(`ended with ${this.child.exitCode}: ${this.said}`)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  async url(): Promise<string> {
    const { port } = await this.line(({ msg }) => msg === 'listening')
    return `http://127.0.0.1:${String(port)}`
  }

  async exit(): Promise<number | null> {
    if (this.child.exitCode === null) await once(this.child, 'close')
    return this.child.exitCode
  }

  get said(): string {
    return `${this.lines.map((line) => JSON.stringify(line)).join('\n')}${this.#text}`
  }

  #read(chunk: string): void {
    const parts = (this.#text + chunk).split('\n')
    this.#text = parts.pop() ?? ''
    for (const part of parts) this.#keep(part)
    this.#wake()
  }

  #keep(part: string): void {
    try {
      this.lines.push(JSON.parse(part) as Line)
    } catch {
      // Commander's sentences are no JSON.
      this.#text = `${part}\n${this.#text}`
    }
  }

  #wake(): void {
    for (const resume of this.#waiting.splice(0)) resume()
  }
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
  const gateway = new Process(['--config', configFile('plain.yaml'), '--redis', redisAddress()])
  const url = await gateway.url()
  expect((await fetch(`${url}/ready`)).status).toBe(200)
  const answer = await post(url, 'p-1')
  expect(answer.status).toBe(201)
  expect((await post(url, 'p-1')).status).toBe(202)
  const objects = cluster.objects.list(REQUESTS, { namespace: 'shop' })
  expect(objects).toHaveLength(1)
  expect(objects[0]).toMatchObject({ spec: { signalName: 'Alone', deduplication: { occurrenceCount: 2 } } })
  const line = await gateway.line(({ msg }) => msg === 'signal created')
  expect(line).toMatchObject({ level: 'info', signal: 'Alone', namespace: 'shop' })
  expect(line['request_id']).toBe(answer.headers.get('x-request-id'))
})

test('SIGTERM: not ready at once, served for 5 s, then gone with code 0', async () => {
  const gateway = new Process(['--config', configFile('drain.yaml'), '--redis', redisAddress()])
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
  const flagged = new Process(
    ['--config', config, '--redis', redisAddress(), '--listen', `127.0.0.1:${free}`],
    { GATEWAY_LISTEN_ADDR: '127.0.0.1:2' },
  )
  expect((await flagged.line(({ msg }) => msg === 'listening'))['port']).toBe(free)
  const other = await freePort()
  const fromEnv = new Process(['--config', config, '--redis', redisAddress(), '--listen', ':8080'], {
    GATEWAY_LISTEN_ADDR: `127.0.0.1:${other}`,
  })
  expect((await fromEnv.line(({ msg }) => msg === 'listening'))['port']).toBe(other)
})

test('faults and presets bend it', async () => {
  const flags = ['--config', configFile('bent.yaml'), '--redis', redisAddress()]
  const bent = new Process([...flags, '--preset', 'kubernaut-2025-11-24', '--fault', 'health-always-500'])
  const url = await bent.url()
  expect((await fetch(`${url}/health`)).status).toBe(500)
  expect((await fetch(`${url}/nowhere`)).headers.get('x-request-id')).toBeNull()
})

test('in a pod the service account is its way to the cluster', async () => {
  const { gateway } = await import('./gateway.ts')
  const { ca = '', token = '', server: address } = cluster.connection
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
    const process = new Process(flags, env)
    return { code: await process.exit(), said: process.said }
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
    const { port } = new URL(cluster.url)
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
    ...(JSON.parse(kubeconfigText(cluster.connection)) as object),
  }).replace(cluster.url, 'https://127.0.0.1:1')
  writeFileSync(join(folder, 'away'), away)
  const gateway = new Process([
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
  const sink = { write, isTTY: false, columns: 80, failed: () => false }
  return {
    cwd: folder,
    env,
    stdout: sink,
    stderr: sink,
    unicode: true,
    clock: systemClock,
    version: '0.0.0',
    root: ROOT,
    tempFolder: folder,
    freshSeed: () => 'seed',
    cpus: () => ({ count: 1, reason: 'test' }),
    onSignal: (listener) => {
      onSignal(listener)
      return () => undefined
    },
    exitNow: () => undefined,
  }
}

async function untilSaid(said: readonly string[], msg: string): Promise<Line> {
  for (;;) {
    const found = said.map((text) => JSON.parse(text) as Line).find((line) => line.msg === msg)
    if (found !== undefined) return found
    await new Promise((resolve) => setImmediate(resolve))
  }
}
