import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../base/clock.ts'
import type { Json } from '../../base/json.ts'
import { ApiError } from '../../cluster/api-error.ts'
import { createKubeClient, type RestKubeClient } from '../../cluster/client.ts'
import type { KubeObject } from '../../cluster/types.ts'
import { openSession } from '../../e2e/testing/in-process.ts'
import { openPlace } from '../../e2e/testing/place.ts'
import { builtInDescription } from '../../gateway/index.ts'
import { readProject } from '../project.ts'
import { fakeWorld, openDesk, ROOT, sinkOf, type Desk } from '../testing/fake-world.ts'
import { crdChecks, rightsCheck, type ClusterLook } from './cluster-checks.ts'
import { doctor } from './doctor.ts'
import { gatewayChecks, gatewayPlaces } from './gateway-checks.ts'
import { machineChecks } from './this-machine.ts'
import type { RunTool, ToolEnd } from './tools.ts'

const NONE: ToolEnd = { code: undefined, out: '', err: '' }

/** A machine on which these command lines answer. */
function tools(answers: Readonly<Record<string, Partial<ToolEnd>>>): RunTool {
  return (program, args) => {
    const line = [program, ...args].join(' ')
    const answer = Object.entries(answers).find(([start]) => line.startsWith(start))?.[1]
    return Promise.resolve(answer === undefined ? NONE : { code: 0, out: '', err: '', ...answer })
  }
}

let desk: Desk
beforeEach(() => void (desk = openDesk()))
afterEach(() => desk[Symbol.dispose]())

describe('this machine', () => {
  const look = async (run: RunTool, target = 'embedded', nodeVersion = '20.19.0') => {
    const kubectlFlags = target === 'embedded' ? [] : ['--context', 'kind-a']
    const machine = { nodeVersion, tempFolder: desk.folder, root: ROOT, run, target, kubectlFlags }
    const checks = await machineChecks(machine)
    return Object.fromEntries(checks.map(({ name, state, says }) => [name, `${state}: ${says}`]))
  }

  test('needs nothing but Node for the embedded target', async () => {
    expect(await look(tools({}))).toMatchObject({
      node: 'ok: 20.19.0',
      'redis-server': 'off: not installed; the embedded target uses the built-in one',
      docker: 'off: not installed',
      kind: 'off: not installed',
      kubectl: 'off: not installed; only the commands that are printed need it',
    })
    expect((await look(tools({}), 'embedded', '20.18.9'))['node']).toBe(
      'bad: 20.18.9, expected 20.19 or newer',
    )
  })

  test('needs docker and kind for a kind cluster', async () => {
    expect(await look(tools({}), 'kind')).toMatchObject({
      docker: 'bad: not installed',
      kind: 'bad: not installed',
    })
    const there = tools({
      'docker version': { code: 1, err: 'Cannot connect to the Docker daemon\nmore' },
      'kind version': { out: 'kind v0.30.0 go1.24' },
      'redis-server': { out: 'Redis server v=7.0.15 sha=0' },
    })
    expect(await look(there, 'kind')).toMatchObject({
      docker: 'bad: no daemon answers: Cannot connect to the Docker daemon',
      kind: 'ok: v0.30.0',
      'redis-server': 'ok: 7.0.15, for the embedded target',
    })
  })

  test('has a kubectl that fits the server, or not', async () => {
    const version = (client: string, server: string) =>
      tools({
        'kubectl version -o json --context kind-a': {
          out: JSON.stringify({
            clientVersion: { gitVersion: client },
            serverVersion: { gitVersion: server },
          }),
        },
      })
    expect((await look(version('v1.33.1', 'v1.34.4'), 'cluster'))['kubectl']).toBe(
      'ok: v1.33.1, the server is v1.34.4',
    )
    expect((await look(version('v1.31.0', 'v1.34.4'), 'cluster'))['kubectl']).toBe(
      'off: v1.31.0 is 3 versions away from the server, which is v1.34.4',
    )
    const alone = tools({
      'kubectl version -o json --client': { out: '{"clientVersion":{"gitVersion":"v1.34.0"}}' },
    })
    expect((await look(alone, 'cluster'))['kubectl']).toBe('ok: v1.34.0')
  })
})

describe('a cluster', () => {
  const crdWith = (change: (text: string) => string, crds: readonly Json[]): KubeObject =>
    JSON.parse(change(JSON.stringify(crds[0]))) as KubeObject

  async function lookAt(parts: Partial<RestKubeClient>): Promise<ClusterLook> {
    const { crds } = await readProject({ root: ROOT, cwd: desk.folder })
    return { client: parts as RestKubeClient, description: builtInDescription, crds, root: ROOT }
  }

  test('has the CRD as it is shipped, an older one, another version of it, or none', async () => {
    const { crds } = await lookAt({})
    const stateWith = async (change: (text: string) => string) => {
      const look = await lookAt({ get: () => Promise.resolve(crdWith(change, crds)) })
      return (await crdChecks(look)).map(({ state, says }) => `${state}: ${says}`)
    }
    const [kind = ''] = Object.keys(builtInDescription.kinds)
    expect(await stateWith((text) => text)).toEqual([
      'ok: v1alpha1 is served with every field that this gwscen ships',
    ])
    expect(await stateWith((text) => text.replaceAll('"occurrenceCount":', '"occurrences":'))).toEqual([
      expect.stringMatching(/^bad: v1alpha1 is older than this gwscen: no spec\.\S*occurrenceCount$/),
    ])
    expect(await stateWith((text) => text.replaceAll('v1alpha1', 'v1beta1'))).toEqual([
      'bad: v1alpha1 is not served',
    ])
    const missing = new ApiError({ doing: 'GET', status: 404, reason: 'NotFound', explanation: '', body: '' })
    const none = await lookAt({ get: () => Promise.reject(missing) })
    const forbidden = new ApiError({
      doing: 'GET',
      status: 403,
      reason: 'Forbidden',
      explanation: '',
      body: '',
    })
    const type = builtInDescription.kinds[kind]?.type
    const unread = { get: () => Promise.reject(forbidden), resourceType: () => Promise.resolve(type) }
    expect(await crdChecks(await lookAt(unread))).toMatchObject([
      { state: 'ok', says: 'v1alpha1 is served; its fields cannot be looked at with these rights' },
    ])
    const unserved = { ...unread, resourceType: () => Promise.resolve(undefined) }
    expect(await crdChecks(await lookAt(unserved))).toMatchObject([{ state: 'bad', says: 'not installed' }])
    expect(await crdChecks(none)).toEqual([
      {
        name: `CRD ${kind}`,
        state: 'bad',
        says: 'not installed',
        mend: `kubectl apply -f ${join(ROOT, 'kind/manifests/remediationrequests.yaml')}`,
      },
    ])
  })

  test('is asked for every right, and those that are missing are named', async () => {
    const asked: string[] = []
    const answering = (isAllowed: (text: string) => boolean) =>
      lookAt({
        create: (_type, review) => {
          const text = JSON.stringify(review['spec'])
          asked.push(text)
          return Promise.resolve({ ...review, status: { allowed: isAllowed(text) } })
        },
      })
    expect(await rightsCheck(await answering(() => true), [])).toMatchObject({ state: 'ok' })
    expect(asked.length).toBeGreaterThan(15)
    const places = [
      { profile: 'dedup', namespace: 'here', exclusive: false },
      { profile: 'dedup-x1', namespace: 'alone', exclusive: true },
    ]
    const some = await rightsCheck(
      await answering((text) => !/portforward|"verb":"delete"/.test(text)),
      places,
    )
    expect(some.state).toBe('bad')
    expect(some.says).toMatch(
      /^missing: delete namespaces, delete configmaps, get pods\/portforward in here, get pods\/portforward in alone, delete pods in alone, delete \w+\.\S+$/,
    )
    expect(some.mend).toBe('gwscen cluster rbac | kubectl apply -f -')
  })

  test('without gateways, or with some that are on their way out, says how they get there', async () => {
    const metadata = {
      name: 'gwscen-dedup',
      labels: { 'gwscen.dev/profile': 'dedup' },
      deletionTimestamp: '2026-01-01T00:00:00Z',
    }
    const client = {
      list: () => Promise.resolve({ items: [{ metadata }], resourceVersion: '1' }),
    } as unknown as RestKubeClient
    const connection = { server: 'https://127.0.0.1:1' }
    const look = { client, connection, clock: systemClock, description: builtInDescription, mapped: {} }
    expect(await gatewayChecks(look, await gatewayPlaces(look))).toMatchObject([
      { name: 'gateways', state: 'bad' },
    ])
  })

  test('that is real enough: its CRD, a gateway that is ready, and its Redis through a forward', async () => {
    await using place = openPlace(process.env['PATH'])
    const { target } = await openSession(place)
    const { connection } = target
    const client = createKubeClient(connection, { clock: systemClock })
    place.defer(() => {
      client.close()
      return Promise.resolve()
    })
    const look = { ...(await lookAt({})), client, connection, clock: systemClock }
    expect(await crdChecks(look)).toMatchObject([{ state: 'ok' }])
    const gateways = { ...look, mapped: { dedup: 'gwscen-dedup', other: 'nowhere' } }
    const checks = await gatewayChecks(gateways, await gatewayPlaces(gateways))
    const told = checks.map(({ name, state, says }) => `${name} ${state}: ${says}`)
    expect(told).toEqual(
      expect.arrayContaining([
        'gateway dedup ok: pod gwscen-dedup/gateway-0 is ready',
        expect.stringMatching(/^redis dedup (ok|off): answers/),
        'gateway other bad: no ready pod for app=gateway in nowhere: there is none',
        expect.stringMatching(/^redis other bad: cannot be reached: ./),
      ]),
    )
  })
})

describe('the command', () => {
  const told = async (parts: {
    readonly target: string
    readonly json?: boolean
    readonly kubeconfig: string
  }) => {
    let stdout = ''
    const world = fakeWorld({ cwd: desk.folder, stdout: sinkOf((text) => (stdout += text)) })
    const code = await doctor({ json: false, ...parts }, world, tools({}))
    return { code, stdout }
  }

  test('for the embedded target is content without a cluster, and says so in lines', async () => {
    const kubeconfig = join(desk.folder, 'none')
    const { code, stdout } = await told({ target: 'embedded', kubeconfig })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^✓ node {14}\S+$/m)
    expect(stdout).toMatch(/^– docker {12}not installed\n {20}mend: install Docker$/m)
    expect(stdout).toMatch(/^– context {11}kubeconfig \S+none: ./m)
    expect(stdout).toMatch(/\na run with --target embedded can work\n$/)
  })

  test('for a cluster that cannot be used is 3, and as JSON names each check', async () => {
    writeFileSync(
      join(desk.folder, 'kc'),
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'prod-eu',
        clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
        users: [{ name: 'me', user: {} }],
        contexts: [{ name: 'prod-eu', context: { cluster: 'c', user: 'me' } }],
      }),
    )
    const { code, stdout } = await told({
      target: 'cluster',
      json: true,
      kubeconfig: join(desk.folder, 'kc'),
    })
    expect(code).toBe(3)
    expect(JSON.parse(stdout)).toMatchObject({
      target: 'cluster',
      ok: false,
      checks: expect.arrayContaining([
        expect.objectContaining({
          name: 'context',
          state: 'bad',
          says: expect.stringContaining('context prod-eu is none that tests may use') as string,
        }),
      ]) as unknown,
    })
  })
})
