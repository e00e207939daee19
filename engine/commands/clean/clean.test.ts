import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { KubeObject } from '../../cluster/types.ts'
import { leftNamespaces } from '../../run/left-namespaces.ts'
import { writeOwner } from '../../targets/run-owner.ts'
import { openDesk, type Desk } from '../testing/fake-world.ts'
// Read before the first test begins, which has a limit.
import './clean.ts'

let desk: Desk
beforeEach(() => void (desk = openDesk()))
afterEach(() => desk[Symbol.dispose]())

/** Of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid
}

async function folderOf(digits: string, pid: number): Promise<string> {
  const folder = join(desk.folder, `gwscen-${digits.repeat(12)}`)
  mkdirSync(join(folder, 'redis-1'), { recursive: true })
  await writeOwner(folder, pid)
  return folder
}

test.skipIf(process.platform !== 'linux')(
  'what a killed run left goes, with what runs in it, and nothing else',
  async () => {
    const stale = await folderOf('a', deadPid())
    const live = await folderOf('b', process.pid)
    const unknown = join(desk.folder, `gwscen-${'c'.repeat(12)}`)
    mkdirSync(unknown)
    mkdirSync(join(desk.folder, 'gwscen-mine'))
    const server = spawn('sleep', ['1000'], { cwd: join(stale, 'redis-1'), stdio: 'ignore' })
    await once(server, 'spawn')
    const ended = once(server, 'exit')
    const what = `${stale} with 1 processes in it (${server.pid ?? 0})`
    expect(await desk.run(['clean', '--dry-run'])).toEqual({
      code: 0,
      stdout: `would remove  ${what}\n`,
      stderr: '',
    })
    expect(existsSync(stale)).toBe(true)
    expect(await desk.run(['clean'])).toEqual({ code: 0, stdout: `removed  ${what}\n`, stderr: '' })
    expect(await ended).toEqual([null, 'SIGKILL'])
    expect([stale, live, unknown, join(desk.folder, 'gwscen-mine')].map((one) => existsSync(one))).toEqual([
      false,
      true,
      true,
      true,
    ])
    expect(await desk.run(['clean'])).toMatchObject({
      code: 0,
      stdout: `nothing is left in ${desk.folder}\n`,
    })
  },
)

test('a folder whose word of its owner cannot be read is left alone', async () => {
  const folder = await folderOf('d', deadPid())
  writeFileSync(join(folder, 'owner'), 'somebody\n')
  expect(await desk.run(['clean'])).toMatchObject({ code: 0, stdout: `nothing is left in ${desk.folder}\n` })
  expect(existsSync(folder)).toBe(true)
})

test('a cluster that tests may not use is refused before it is asked anything', async () => {
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'prod',
    clusters: [{ name: 'prod', cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name: 'me', user: {} }],
    contexts: [{ name: 'prod', context: { cluster: 'prod', user: 'me' } }],
  }
  writeFileSync(join(desk.folder, 'kc'), JSON.stringify(kubeconfig))
  const { code, stderr } = await desk.run([
    'clean',
    '--context',
    'prod',
    '--kubeconfig',
    join(desk.folder, 'kc'),
  ])
  expect(code).toBe(2)
  expect(stderr).toContain('context prod is none that tests may use')
})

const NOW = Date.UTC(2026, 0, 2)

function namespace(name: string, run: string, hoursOld: number, deleted = false): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      labels: { 'gwscen.dev/run': run },
      creationTimestamp: new Date(NOW - hoursOld * 3_600_000).toISOString(),
      ...(deleted ? { deletionTimestamp: new Date(NOW).toISOString() } : {}),
    },
  }
}

test('namespaces of a run that may go on stay, unless that run is named', async () => {
  const items = [
    namespace('young', 'r2', 0.5),
    namespace('old', 'r1', 2),
    namespace('going', 'r1', 3, true),
    namespace('oldest', 'r1', 5),
  ]
  const asked: unknown[] = []
  const client = {
    list: (_type: unknown, options?: unknown) => {
      asked.push(options)
      return Promise.resolve({ items, resourceVersion: '1' })
    },
  }
  const before = NOW - 3_600_000
  expect((await leftNamespaces(client, { before })).map(({ name }) => name)).toEqual(['oldest', 'old'])
  expect((await leftNamespaces(client, { before, run: 'r2' })).map(({ name }) => name)).toContain('young')
  expect(asked).toEqual([{ labelSelector: 'gwscen.dev/run' }, { labelSelector: 'gwscen.dev/run=r2' }])
})
