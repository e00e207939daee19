import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { systemClock } from '../base/clock.ts'
import type { Json } from '../base/json.ts'
import { createKubeClient } from '../cluster/client.ts'
import type { ResourceType } from '../cluster/types.ts'
import { createHttp } from '../http/http.ts'
import { connectRedis, type RedisClient } from '../redis/redis-client.ts'
import { openCredentials } from '../cluster/credentials.ts'
import { startCluster, type ClusterOptions } from './cluster.ts'
import type { Target } from './target.ts'
import { startEmbedded, type EmbeddedOptions, type EmbeddedTarget } from './embedded.ts'

const PODS: ResourceType = { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true }

const read = (path: string): string => readFileSync(new URL(`../../kind/${path}`, import.meta.url), 'utf8')
const dedup = parse(read('profiles/dedup.yaml')) as Json
const crd = parse(read('manifests/remediationrequests.yaml')) as Json

let folder: string
const closers: (() => unknown)[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gwscen-target-'))
})
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
  await rm(folder, { recursive: true, force: true })
})

/** The watchdog's source as a program, which is a built file elsewhere. */
async function watchdogEntry(): Promise<string> {
  const source = pathToFileURL(fileURLToPath(new URL('../embedded/redis/watchdog.ts', import.meta.url))).href
  const entry = join(folder, 'watchdog.mjs')
  const register = import.meta.resolve('tsx/esm/api')
  await writeFile(entry, `import { register } from '${register}'\nregister()\nawait import('${source}')\n`)
  return entry
}

async function start(more: Partial<EmbeddedOptions> = {}): Promise<EmbeddedTarget> {
  const target = await startEmbedded({
    clock: systemClock,
    seed: 'test',
    wanted: { profiles: ['dedup'], exclusive: { dedup: 1 } },
    configurations: { dedup },
    crds: [crd],
    policy: read('profiles/priority-always-p2.rego'),
    faults: [],
    searchPath: '',
    preferRedis: 'js',
    watchdogEntry: await watchdogEntry(),
    tempFolder: folder,
    onWarning: () => undefined,
    ...more,
  })
  closers.push(() => target.close())
  return target
}

test('what runs in it is found as on any other cluster', async () => {
  const target = await start()
  const found = await onCluster(target, ['dedup'])
  expect(found.deployments).toEqual(target.deployments)
  expect(found).toMatchObject({ name: 'cluster kind-test', gateway: 'documented gateway' })
  expect(found.redis).toMatch(/^redis \d/)
  const link = { namespace: 'gwscen-dedup', exclusive: ['gwscen-dedup-x1'] }
  const mapped = await onCluster(target, ['mine'], { mine: link })
  expect(mapped.deployments).toMatchObject([
    { name: 'mine', namespace: 'gwscen-dedup', exclusive: false, configuration: dedup },
    { name: 'mine-x1', namespace: 'gwscen-dedup-x1', exclusive: true },
  ])
})

test('a profile that is not on the cluster is named with those that are', async () => {
  const target = await start()
  await expect(onCluster(target, ['dedup', 'storm'])).rejects.toThrow(
    /profile storm is nowhere on this cluster: .*found dedup in gwscen-dedup, dedup in gwscen-dedup-x1; say where/,
  )
  await expect(onCluster(target, ['mine'], { mine: { namespace: 'kube-system' } })).rejects.toThrow(
    'ConfigMap kube-system/gateway-config is not there',
  )
})

/** The sandbox, taken for a cluster that somebody else has made. */
async function onCluster(
  { connection }: EmbeddedTarget,
  profiles: readonly string[],
  mapped: ClusterOptions['mapped'] = {},
): Promise<Target> {
  const target = await startCluster({
    clock: systemClock,
    seed: 'test',
    name: 'cluster kind-test',
    credentials: await openCredentials({
      clock: systemClock,
      onWarning: () => undefined,
      read: () => Promise.resolve({ ...connection, context: 'kind-test' }),
    }),
    wanted: { profiles, exclusive: Object.fromEntries(profiles.map((profile) => [profile, 1])) },
    mapped,
    pods: {
      gateway: { labelSelector: 'app=gateway', port: 8080 },
      redis: { labelSelector: 'app=redis', port: 6379 },
    },
    configuration: { configMap: 'gateway-config', key: 'config.yaml' },
    parse: (text) => parse(text) as Json,
  })
  closers.push(() => target.close())
  return target
}

async function pods({ connection }: EmbeddedTarget, namespace: string) {
  const client = createKubeClient(connection, { clock: systemClock })
  closers.push(() => client.close())
  const { items } = await client.list(PODS, { namespace })
  return items.map(({ metadata, status }) => {
    const { containerStatuses } = status as { containerStatuses: { restartCount: number; ready: boolean }[] }
    const [container] = containerStatuses
    return { ...container, name: metadata.name, app: metadata.labels?.['app'] }
  })
}

async function health(url: string): Promise<number> {
  const http = createHttp({ clock: systemClock })
  try {
    return (await http.exchange({ method: 'GET', url: `${url}/health`, timeoutMs: 5000 })).status
  } finally {
    http.close()
  }
}

function addressOf(url: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(url)
  return { host: hostname, port: Number(port) }
}

async function redisAt(url: string): Promise<RedisClient> {
  const client = await connectRedis({ ...addressOf(url), clock: systemClock })
  closers.push(() => client.close())
  return client
}

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(addressOf(url))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

test('a shared deployment and as many exclusive ones as are wanted', async () => {
  const target = await start()
  expect(target.deployments).toMatchObject([
    { name: 'dedup', profile: 'dedup', exclusive: false, namespace: 'gwscen-dedup', version: 'documented' },
    { name: 'dedup-x1', profile: 'dedup', exclusive: true, namespace: 'gwscen-dedup-x1' },
  ])
  expect(target.deployments[0]?.configuration).toEqual(dedup)
  expect(target.access.map(({ deployment }) => deployment)).toEqual(['dedup', 'dedup-x1'])
  expect(new Set(target.access.map(({ redisUrl }) => redisUrl)).size).toBe(2)
  for (const { gatewayUrl } of target.access) expect(await health(gatewayUrl)).toBe(200)
})

test('each has two pods that are ready and bear the labels by which they are found', async () => {
  const target = await start()
  for (const { namespace } of target.deployments) {
    expect(await pods(target, namespace)).toMatchObject([
      { name: 'gateway-0', app: 'gateway', ready: true, restartCount: 0 },
      { name: 'redis-0', app: 'redis', ready: true, restartCount: 0 },
    ])
  }
})

test('faults are told in the version and in the name of the gateway', async () => {
  const target = await start({ faults: ['storm-never'], wanted: { profiles: ['dedup'], exclusive: {} } })
  expect(target.deployments.map(({ version }) => version)).toEqual(['storm-never'])
  expect(target.gateway).toBe('reference gateway with storm-never')
})

test('a reset empties one Redis, restarts one gateway, and leaves the others alone', async () => {
  const target = await start()
  const [shared, alone] = target.access
  if (shared === undefined || alone === undefined) throw new Error('expected two deployments')
  await (await redisAt(shared.redisUrl)).command('SET', 'kept', '1')
  await (await redisAt(alone.redisUrl)).command('SET', 'lost', '1')
  await target.reset('dedup-x1')
  expect((await (await redisAt(shared.redisUrl)).look('kept')).type).toBe('string')
  expect((await (await redisAt(alone.redisUrl)).look('lost')).type).toBe('none')
  expect(await pods(target, 'gwscen-dedup-x1')).toMatchObject([{ restartCount: 1 }, { restartCount: 1 }])
  expect(await pods(target, 'gwscen-dedup')).toMatchObject([{ restartCount: 0 }, { restartCount: 0 }])
  for (const { gatewayUrl } of target.access) expect(await health(gatewayUrl)).toBe(200)
})

test('a reset of what is not there is told', async () => {
  const target = await start({ wanted: { profiles: ['dedup'], exclusive: {} } })
  await expect(target.reset('pudding')).rejects.toThrow('pudding')
})

test('nothing is left after the end', async () => {
  const target = await start()
  const urls = [target.connection.server, ...target.access.flatMap((one) => [one.gatewayUrl, one.redisUrl])]
  expect(await Promise.all(urls.map(answers))).not.toContain(false)
  expect(await readdir(folder)).toHaveLength(2)
  await target.close()
  expect(await Promise.all(urls.map(answers))).not.toContain(true)
  expect(await readdir(folder)).toEqual(['watchdog.mjs'])
})

test('a configuration that the gateway refuses is broken, names its profile, and leaves nothing', async () => {
  const refused = start({
    wanted: { profiles: ['dedup', 'odd'], exclusive: {} },
    configurations: { dedup, odd: { server: { listen_addr: '' } } },
  })
  await expect(refused).rejects.toMatchObject({
    outcome: 'broken',
    code: 'PROFILE',
    message: expect.stringMatching(/^profile odd: the gateway refuses its configuration: ./) as string,
  })
  expect(await readdir(folder)).toEqual(['watchdog.mjs'])
})

test('a policy that nobody knows is broken', async () => {
  await expect(start({ policy: 'package pudding' })).rejects.toMatchObject({
    outcome: 'broken',
    code: 'POLICY',
  })
})
