import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ManualClock } from '../../../testing/manual-clock.ts'
import { parseAddress } from './address.ts'
import { findCluster, podNamespace, renewToken } from './cluster-access.ts'
import { LateRedis } from './late-redis.ts'

test.each([
  [':8080', { host: '', port: 8080 }],
  ['redis:6379', { host: 'redis', port: 6379 }],
  ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
  ['[::1]:80', { host: '::1', port: 80 }],
  ['redis', undefined],
  ['redis:', undefined],
  ['redis:65536', undefined],
  ['a:b:1', undefined],
  ['', undefined],
])('the address %j', (text, address) => {
  expect(parseAddress(text)).toEqual(address)
})

describe('the way to the cluster', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gwscen-access-'))
    writeFileSync(join(folder, 'ca.crt'), 'CA')
    writeFileSync(join(folder, 'token'), 'first\n')
    for (const name of ['flag', 'env']) writeFileSync(join(folder, name), kubeconfig(name))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const inPod = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '6443' }
  const find = (kubeconfig: string, env: Readonly<Record<string, string>>) =>
    findCluster({ kubeconfig, env, serviceAccountFolder: folder })

  test('the flag wins over KUBECONFIG, that over the pod', async () => {
    const env = { ...inPod, KUBECONFIG: join(folder, 'env') }
    expect((await find(join(folder, 'flag'), env)).connection.server).toBe('https://flag')
    expect((await find('', env)).connection.server).toBe('https://env')
  })

  test('an empty KUBECONFIG means the pod', async () => {
    expect(await find('', { ...inPod, KUBECONFIG: '' })).toEqual({
      connection: { server: 'https://10.0.0.1:6443', ca: 'CA', token: 'first' },
      inCluster: true,
    })
    const { connection } = await find('', { KUBERNETES_SERVICE_HOST: 'fd00::1' })
    expect(connection.server).toBe('https://[fd00::1]:443')
  })

  test('without any of them it is an error that names the file', async () => {
    await expect(find('', { HOME: folder })).rejects.toThrow(join(folder, '.kube', 'config'))
  })

  test('the namespace of the pod, or nothing', async () => {
    expect(await podNamespace({ serviceAccountFolder: folder })).toBe('')
    writeFileSync(join(folder, 'namespace'), 'gateway-e2e\n')
    expect(await podNamespace({ serviceAccountFolder: folder })).toBe('gateway-e2e')
  })

  test('the token is read again each minute, also after it could not be', async () => {
    const clock = new ManualClock()
    const stop = new AbortController()
    const seen: string[] = []
    const renewal = renewToken({
      clock,
      signal: stop.signal,
      serviceAccountFolder: folder,
      onToken: (token) => seen.push(token),
      onError: () => seen.push('error'),
    })
    const nextMinute = async (): Promise<void> => {
      const before = seen.length
      await clock.advance(60_000)
      while (seen.length === before || clock.pending === 0)
        await new Promise((resolve) => setImmediate(resolve))
    }
    writeFileSync(join(folder, 'token'), 'second\n')
    await nextMinute()
    rmSync(join(folder, 'token'))
    await nextMinute()
    writeFileSync(join(folder, 'token'), 'third')
    await nextMinute()
    expect(seen).toEqual(['second', 'error', 'third'])
    stop.abort()
    await renewal
    expect(clock.pending).toBe(0)
  })
})

describe('a Redis that is connected to late', () => {
  test('by the first command, once, and again after a failure', async () => {
    let attempts = 0
    const closed: string[] = []
    const redis = new LateRedis(() => {
      attempts += 1
      if (attempts === 1) return Promise.reject(new Error('away'))
      return Promise.resolve({
        command: (name) => Promise.resolve(`${name} by ${attempts}`),
        close: () => {
          closed.push('closed')
          return Promise.resolve()
        },
      })
    })
    expect(attempts).toBe(0)
    await expect(Promise.all([redis.command('PING'), redis.command('PING')])).rejects.toThrow('away')
    expect(await Promise.all([redis.command('GET'), redis.command('SET')])).toEqual(['GET by 2', 'SET by 2'])
    await redis.close()
    expect(closed).toEqual(['closed'])
  })

  test('one that never was needs no closing', async () => {
    await expect(new LateRedis(() => Promise.reject(new Error('away'))).close()).resolves.toBeUndefined()
  })
})

function kubeconfig(name: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server: `https://${name}` } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  })
}
