import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../base/clock.ts'
import { FakeTools, listsAt } from '../testing/fake-tools.ts'
import { ensureCluster, type KindOptions } from './cluster.ts'
import { clusterDown } from './down.ts'
import { buildGatewayImage, fillContext, gatewayImageName } from './gateway-image.ts'
import { fullName, loadImages } from './images.ts'
import { RecordFolder, recordsFolder } from './record.ts'
import { clusterStatus } from './status.ts'
import { systemTools, ToolFailed, ToolMissing } from './tools.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const { signal } = new AbortController()

let folder: string
let tools: FakeTools
let record: RecordFolder
let said: string[]
let server: http.Server
let answers: boolean

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gwscen-kind-'))
  answers = true
  server = http.createServer((request, response) => {
    response.writeHead(answers ? 200 : 500, { 'content-type': 'application/json' })
    response.end(JSON.stringify(listsAt(request.url ?? '', true)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  tools = new FakeTools(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  record = new RecordFolder(folder, 't')
  said = []
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(folder, { recursive: true, force: true })
})

function options(changes: Partial<KindOptions> = {}): KindOptions {
  const configFile = join(root, 'kind', 'cluster.yaml')
  const say = (text: string): void => void said.push(text)
  return { name: 't', record, configFile, tools, clock: systemClock, signal, say, ...changes }
}

const made = (): readonly string[] => tools.calls.filter((call) => /^kind (create|delete)/.test(call))

describe('a cluster', () => {
  test('is made where there is none, with a kubeconfig of its own', async () => {
    const { note, connection } = await ensureCluster(options({ nodeImage: 'nodes:1' }))
    expect({ note, server: connection.server }).toEqual({
      note: 'made, 2 nodes',
      server: expect.stringContaining('127.0.0.1') as unknown,
    })
    expect(made()).toEqual([
      `kind create cluster --name t --config ${join(root, 'kind', 'cluster.yaml')} --kubeconfig ${record.kubeconfig} --image nodes:1`,
    ])
  })

  test('that we made and that answers is used again', async () => {
    await ensureCluster(options())
    tools.calls.length = 0
    expect((await ensureCluster(options())).note).toBe('reused')
    expect(tools.calls).toHaveLength(1)
  })

  test('that somebody else made is refused and left alone', async () => {
    tools.nodes = [{ id: 'x', name: 't-control-plane', role: 'control-plane', state: 'running' }]
    await expect(ensureCluster(options())).rejects.toThrow(
      /gwscen did not make.*kind delete cluster --name t/,
    )
    expect(made()).toEqual([])
  })

  test('that somebody else made after ours was removed is refused as well', async () => {
    await ensureCluster(options())
    tools.nodes = tools.nodes.map((node) => ({ ...node, id: `other-${node.id}` }))
    await expect(ensureCluster(options())).rejects.toThrow('gwscen did not make')
  })

  test.each([
    [
      'a stopped node',
      'is exited and not running',
      () => void (tools.nodes[1] = { ...tools.nodes[1]!, state: 'exited' }),
    ],
    ['a node that is gone', '1 of its 2 nodes are gone', () => void tools.nodes.pop()],
    ['an API server that does not answer', 'its API server does not answer', () => void (answers = false)],
    ['nodes of another image', 'its nodes are not of the image nodes:2', () => undefined],
  ])('with %s is made again, and that is said', async (_, sentence, spoil) => {
    await ensureCluster(options({ nodeImage: 'nodes:1' }))
    spoil()
    tools.calls.length = 0
    const wanted = sentence.endsWith('nodes:2') ? 'nodes:2' : 'nodes:1'
    const { note } = await ensureCluster(options({ nodeImage: wanted, answersWithinMs: 200 }))
    expect(note).toBe('made again, 2 nodes')
    expect(said.join()).toContain(sentence)
    expect(made().map((call) => call.split(' ', 2)[1])).toEqual(['delete', 'create'])
  })

  test('whose making was cut short is made again', async () => {
    tools.instead = (call) => {
      if (!call.startsWith('kind create')) return undefined
      tools.nodes = [{ id: 'half', name: 't-control-plane', role: 'control-plane', state: 'running' }]
      return Promise.reject(new Error('killed'))
    }
    await expect(ensureCluster(options())).rejects.toThrow('killed')
    tools.instead = () => undefined
    expect((await ensureCluster(options())).note).toBe('made again, 2 nodes')
    expect(said.join()).toContain('its making was cut short')
  })
})

describe('down', () => {
  const down = () => clusterDown({ name: 't', record, tools, signal })

  test('removes what we made, and what we remember of it', async () => {
    await ensureCluster(options())
    expect(await down()).toBe('removed')
    expect(tools.nodes).toEqual([])
    expect(await record.read()).toBeUndefined()
    expect(await down()).toBe('absent')
  })

  test('leaves alone what we did not make', async () => {
    tools.nodes = [{ id: 'x', name: 't-control-plane', role: 'control-plane', state: 'running' }]
    expect(await down()).toBe('foreign')
    expect(tools.nodes).toHaveLength(1)
  })
})

describe('status', () => {
  test('tells nodes and where the kubeconfig is', async () => {
    await ensureCluster(options())
    const status = await clusterStatus({ name: 't', record, tools, signal, clock: systemClock })
    expect(status).toMatchObject({ ours: true, kubeconfig: record.kubeconfig, gateways: [] })
    expect(status.nodes.map(({ name }) => name)).toEqual(['t-control-plane', 't-worker'])
  })
})

describe('images', () => {
  const load = (...images: string[]) => loadImages({ cluster: 't', images, tools, signal })

  test('of this machine go to the nodes that run pods and lack them', async () => {
    await ensureCluster(options())
    tools.local.add('gwscen/gateway:1').add('gwscen/base-redis')
    tools.onNodes.set('worker-1', new Set(['docker.io/gwscen/base-redis:latest']))
    expect(await load('gwscen/gateway:1', 'gwscen/base-redis')).toBe('loaded gwscen/gateway:1')
    expect(tools.calls.at(-1)).toBe('kind load docker-image gwscen/gateway:1 --name t --nodes t-worker')
  })

  test('that are everywhere are not loaded, and those that this machine has not are left to the nodes', async () => {
    await ensureCluster(options())
    tools.local.add('gwscen/gateway:1')
    tools.onNodes.set('worker-1', new Set(['docker.io/gwscen/gateway:1']))
    expect(await load('gwscen/gateway:1', 'redis:7')).toBe('there already')
  })

  test.each([
    ['redis', 'docker.io/library/redis:latest'],
    ['redis:7-alpine', 'docker.io/library/redis:7-alpine'],
    ['gwscen/gateway:1', 'docker.io/gwscen/gateway:1'],
    ['localhost:5000/team/gateway', 'localhost:5000/team/gateway:latest'],
    ['localhost/gateway:e2e', 'localhost/gateway:e2e'],
    ['images.example/a/b@sha256:12', 'images.example/a/b@sha256:12'],
  ])('%s is %s on a node', (image, full) => expect(fullName(image)).toBe(full))
})

describe('the image of the reference gateway', () => {
  const build = (name: string) =>
    buildGatewayImage(name, { root, base: 'node:20-slim', tempFolder: folder, tools, signal })

  test('has another name on another base, and the same for the same', async () => {
    const [one, same, other] = await Promise.all(
      ['a', 'a', 'b'].map((base) => gatewayImageName({ root, base })),
    )
    expect(one).toMatch(/^gwscen\/gateway:[0-9a-f]{12}$/)
    expect([same === one, other === one]).toEqual([true, false])
  })

  test('has everything that the gateway needs to start', async () => {
    await fillContext(root, folder)
    const entry = join(folder, 'bin', 'gwscen.js')
    const { stdout } = await promisify(execFile)(process.execPath, [entry, 'gateway', '--help'])
    expect(stdout).toContain('--redis <address>')
  })

  test('is built once, from a folder that is removed', async () => {
    expect(await build('gwscen/gateway:1')).toBe('gwscen/gateway:1 built')
    expect(await build('gwscen/gateway:1')).toBe('gwscen/gateway:1 is there')
    expect(tools.calls.filter((call) => call.startsWith('docker build'))).toHaveLength(1)
  })
})

describe('programs', () => {
  test('that are not there are told with what mends it', async () => {
    const running = systemTools({ PATH: folder }).run('kind', ['version'], signal)
    await expect(running).rejects.toThrow(ToolMissing)
    await expect(running).rejects.toThrow(/kind is not on the PATH; install it/)
  })

  test('that say no are quoted by their last lines', () => {
    const says = Array.from({ length: 20 }, (_, i) => `line ${i}`).join('\n')
    const { message } = new ToolFailed('kind', ['create', 'cluster', '--name', 't'], says)
    expect(message).toMatch(/^kind create cluster failed: \n {2}line 8\n/)
  })

  test('records lie in the folder for caches', () => {
    expect(recordsFolder({ HOME: '/home/qa' })).toBe('/home/qa/.cache/gwscen/clusters')
    expect(recordsFolder({ HOME: '/home/qa', XDG_CACHE_HOME: '/c' })).toBe('/c/gwscen/clusters')
  })
})
