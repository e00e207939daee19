import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CoreV1Api, KubeConfig, V1ConfigMap } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { has, runTool } from '../e2e/testing/tool.ts'
import { until } from '../e2e/testing/until.ts'
import { createKubeClient, type RestKubeClient } from './client.ts'
import { openForward, type Forward } from './port-forward.ts'
import { readyPod } from './ready-pod.ts'
import { NAMESPACES } from './resource-path.ts'
import { PORT, standOnCluster, standOnEmbedded, type Ground } from './testing/ground.ts'
import type { KubeObject, ResourceType } from './types.ts'
import { createWatchHub } from './watch-hub.ts'

const CONFIG_MAPS: ResourceType = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
  namespaced: true,
}
const KUBECONFIG = process.env['GWSCEN_TEST_KUBECONFIG']
const MIB = 1024 * 1024

/** The same API, promised by our own server and kept by the real one: where they differ, the sandbox lies. */
describe.each([
  { name: 'embedded', isThere: true, stand: standOnEmbedded },
  {
    name: 'a real cluster',
    isThere: KUBECONFIG !== undefined,
    stand: () => standOnCluster(KUBECONFIG ?? ''),
  },
])('$name', ({ isThere, stand }) => {
  let ground: Ground
  let client: RestKubeClient
  let forward: Forward
  beforeAll(async () => {
    if (!isThere) return
    ground = await stand()
    client = createKubeClient(ground.connection, { clock: systemClock })
    forward = await openForward({
      connection: ground.connection,
      clock: systemClock,
      port: PORT,
      lingerMs: 20_000,
      pods: () => readyPod(client, { namespace: ground.namespace, labelSelector: 'app=talker' }),
    })
  }, 120_000)
  afterAll(async () => {
    if (!isThere) return
    await forward.close()
    client.close()
    await ground.close()
  }, 60_000)

  const map = (name: string, data: Record<string, string>, more = {}): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: ground.namespace, name, ...more },
    data,
  })

  describe.skipIf(!isThere)('objects', () => {
    test('are made, read, patched, replaced and removed, and a stale version is refused', async () => {
      const made = await client.create(CONFIG_MAPS, map('one', { a: '1' }))
      const ref = { namespace: ground.namespace, name: 'one' }
      const patched = await client.patch(CONFIG_MAPS, ref, { merge: { data: { b: '2', a: null } } })
      expect(patched['data']).toEqual({ b: '2' })
      expect(patched.metadata.uid).toBe(made.metadata.uid)
      await expect(client.replace(CONFIG_MAPS, { ...made, data: { c: '3' } })).rejects.toMatchObject({
        status: 409,
      })
      await expect(client.create(CONFIG_MAPS, map('one', {}))).rejects.toMatchObject({ status: 409 })
      await client.replace(CONFIG_MAPS, { ...patched, data: { c: '3' } })
      expect((await client.get(CONFIG_MAPS, ref))['data']).toEqual({ c: '3' })
      await client.delete(CONFIG_MAPS, ref)
      await expect(client.get(CONFIG_MAPS, ref)).rejects.toMatchObject({ status: 404 })
    })

    test('are found by label, and kinds by their name', async () => {
      const { namespace } = ground
      await client.create(CONFIG_MAPS, map('red', {}, { labels: { colour: 'red' } }))
      await client.create(CONFIG_MAPS, map('blue', {}, { labels: { colour: 'blue' } }))
      const { items } = await client.list(CONFIG_MAPS, { namespace, labelSelector: 'colour=red' })
      expect(items.map(({ metadata }) => metadata.name)).toEqual(['red'])
      expect(await client.resourceType('v1', 'ConfigMap')).toMatchObject({
        plural: 'configmaps',
        namespaced: true,
      })
      expect(await client.resourceType('nowhere.test/v1', 'Nothing')).toBeUndefined()
    })

    test('that are refused are refused with a reason that can be read', async () => {
      const broken = { ...map('No Such Name', {}) }
      await expect(client.create(CONFIG_MAPS, broken)).rejects.toMatchObject({ status: 422 })
      const nowhere = { ...map('x', {}), metadata: { namespace: 'is-not-there', name: 'x' } }
      await expect(client.create(CONFIG_MAPS, nowhere)).rejects.toMatchObject({ status: 404 })
    })

    test('tell a watch of every state, in order', async () => {
      const hub = createWatchHub({ connection: ground.connection, clock: systemClock })
      const maps = hub.open(CONFIG_MAPS)
      await maps.ready
      const seen: string[] = []
      maps.subscribe(({ event, object }) => {
        if (object.metadata.name === 'watched') seen.push(`${event} ${JSON.stringify(object['data'])}`)
      })
      const ref = { namespace: ground.namespace, name: 'watched' }
      await client.create(CONFIG_MAPS, map('watched', { a: '1' }))
      for (const a of ['2', '3']) await client.patch(CONFIG_MAPS, ref, { merge: { data: { a } } })
      await client.delete(CONFIG_MAPS, ref)
      await until(() => seen.length === 4)
      expect(seen).toEqual([
        'added {"a":"1"}',
        'modified {"a":"2"}',
        'modified {"a":"3"}',
        'deleted {"a":"3"}',
      ])
      hub.close()
    })

    test('go with their namespace', async () => {
      const name = `${ground.namespace}-going`
      await client.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
      await client.create(CONFIG_MAPS, { ...map('x', {}), metadata: { namespace: name, name: 'x' } })
      await client.delete(NAMESPACES, { name })
      const isGone = (): Promise<boolean> =>
        client.get(NAMESPACES, { name }).then(
          () => false,
          () => true,
        )
      for (let tries = 0; !(await isGone()); tries += 1) {
        if (tries > 120) throw new Error(`${name} is still there`)
        await systemClock.sleep(250)
      }
      await expect(client.get(CONFIG_MAPS, { namespace: name, name: 'x' })).rejects.toMatchObject({
        status: 404,
      })
    }, 60_000)
  })

  describe.skipIf(!isThere)('a forward', () => {
    test('carries 200 connections at once, each its own bytes', async () => {
      const replies = await Promise.all(
        Array.from({ length: 200 }, async (_, index) => {
          const socket = open(forward, `take 8\nbytes${String(index).padStart(3, '0')}`)
          return text(socket, 'took bytes000'.length)
        }),
      )
      const expected = replies.map((_, index) => `took bytes${String(index).padStart(3, '0')}`)
      expect(replies).toEqual(expected)
    }, 60_000)

    test('carries 16 MiB either way', async () => {
      const down = open(forward, `send ${16 * MIB}\n`)
      let received = 0
      for await (const chunk of down) received += (chunk as Buffer).length
      expect(received).toBe(16 * MIB)
      const up = open(forward, `take ${16 * MIB}\n`)
      up.write(Buffer.alloc(16 * MIB, 120))
      expect(await text(up, 'took xxxxxxxx'.length)).toBe('took xxxxxxxx')
      up.destroy()
    }, 120_000)

    test('holds no more than it must for a client that does not read', async () => {
      const before = process.memoryUsage().arrayBuffers
      const slow = open(forward, `send ${128 * MIB}\n`)
      slow.pause()
      await systemClock.sleep(1500)
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(48 * MIB)
      slow.destroy()
    }, 60_000)

    test('gives the reply to a client that has ended its half', async () => {
      const socket = open(forward)
      socket.end('take 3\nabc')
      expect(await text(socket, 'took abc'.length)).toBe('took abc')
    }, 60_000)

    test('ends when the pod ends the connection', async () => {
      const socket = open(forward, 'close\n')
      expect(await text(socket, 0)).toBe('bye')
    }, 60_000)

    test('resets the client where nothing listens, and says so', async () => {
      const deaf = await openForward({
        connection: ground.connection,
        clock: systemClock,
        port: 9,
        pods: () => readyPod(client, { namespace: ground.namespace, labelSelector: 'app=talker' }),
      })
      const socket = open(deaf, 'hello')
      await expect(text(socket, 1)).rejects.toMatchObject({ code: 'ECONNRESET' })
      expect(deaf.lastError).toMatch(/\b9\b/)
      await deaf.close()
    }, 60_000)

    test('finds the pod that comes in the place of one that is gone', async () => {
      const [before, epoch] = [forward.target?.uid, forward.epoch]
      await ground.replacePod(client)
      const socket = open(forward, 'take 1\nx')
      expect(await text(socket, 'took x'.length)).toBe('took x')
      expect(forward.target?.uid).not.toBe(before)
      expect(forward.epoch).toBeGreaterThan(epoch)
      socket.destroy()
    }, 120_000)

    test('to no pod at all names what there is', async () => {
      const none = { namespace: ground.namespace, labelSelector: 'app=nobody' }
      await expect(readyPod(client, none)).rejects.toThrow(
        `no ready pod for app=nobody in ${ground.namespace}`,
      )
    })
  })

  describe.skipIf(!isThere || !has('kubectl', 'version', '--client'))('kubectl', () => {
    let home: string
    beforeAll(async () => {
      home = await mkdtemp(join(tmpdir(), 'gwscen-contract-'))
      await writeFile(join(home, 'config'), ground.kubeconfig)
    })
    afterAll(() => rm(home, { recursive: true }))
    const kubectl = async (args: readonly string[], input = '') => {
      const env = { PATH: process.env['PATH'] ?? '', HOME: home, KUBECONFIG: join(home, 'config') }
      const { code, out, err } = await runTool('kubectl', args, { env, cwd: home, input })
      return code === 0 ? out.trim() : `exit ${code}: ${err.trim()}`
    }

    test('applies, gets, waits, labels and deletes', async () => {
      const { namespace } = ground
      const manifest = JSON.stringify(map('by-kubectl', { a: '1' }))
      expect(await kubectl(['apply', '-f', '-'], manifest)).toBe('configmap/by-kubectl created')
      expect(await kubectl(['apply', '-f', '-'], manifest)).toBe('configmap/by-kubectl unchanged')
      const at = ['-n', namespace]
      expect(await kubectl(['get', 'cm', 'by-kubectl', ...at, '-o', 'jsonpath={.data.a}'])).toBe('1')
      expect(await kubectl(['label', 'cm', 'by-kubectl', 'x=y', ...at])).toBe('configmap/by-kubectl labeled')
      const wait = ['wait', 'cm/by-kubectl', '--for=jsonpath={.data.a}=1', '--timeout=10s']
      expect(await kubectl([...wait, ...at])).toBe('configmap/by-kubectl condition met')
      expect(await kubectl(['get', 'cm', 'nothing', ...at])).toMatch(
        /^exit 1: Error from server \(NotFound\)/,
      )
      expect(await kubectl(['delete', 'cm', 'by-kubectl', ...at])).toContain('configmap "by-kubectl" deleted')
      expect(await kubectl(['get', 'pods', ...at, '-o', 'name'])).toMatch(/^pod\/talker/)
    }, 120_000)
  })

  test.skipIf(!isThere)(
    'client-node makes and lists',
    async () => {
      const config = new KubeConfig()
      config.loadFromString(ground.kubeconfig)
      const core = config.makeApiClient(CoreV1Api)
      const { namespace } = ground
      const body = Object.assign(new V1ConfigMap(), {
        metadata: { name: 'by-client-node' },
        data: { a: '1' },
      })
      const made = await core.createNamespacedConfigMap({ namespace, body })
      expect(made.metadata?.creationTimestamp).toBeInstanceOf(Date)
      const { items } = await core.listNamespacedPod({ namespace, labelSelector: 'app=talker' })
      expect(items.map(({ status }) => status?.phase)).toContain('Running')
    },
    60_000,
  )
})

function open({ host, port }: Forward, first?: string): Socket {
  const socket = connect({ host, port, allowHalfOpen: true })
  if (first !== undefined) socket.write(first)
  return socket
}

/** What comes until there is so much, or, for 0, until the end. */
async function text(socket: Socket, length: number): Promise<string> {
  let all = ''
  for await (const chunk of socket) {
    all += (chunk as Buffer).toString()
    if (length > 0 && all.length >= length) break
  }
  return all
}
