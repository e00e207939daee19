import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'

import type { ApiServer } from './api-server.ts'
import { manifestText, remediationRequest, startCluster } from './testing/cluster.ts'

const installed = spawnSync('kubectl', ['version', '--client']).status === 0

interface Finished {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

let home: string
let cluster: ApiServer

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gwscen-kubectl-'))
  cluster = await startCluster({
    crds: [parse(manifestText)],
    portForwardHint: (pod, port) => `${pod.name}:${port} is at http://127.0.0.1:1`,
    logs: () => ['first', 'second'],
  })
  await writeFile(join(home, 'config'), JSON.stringify(kubeconfig(cluster)))
})
afterEach(async () => {
  await cluster.close()
  await rm(home, { recursive: true })
})

function kubeconfig({ connection }: ApiServer): unknown {
  const { server, ca = '', token } = connection
  const authority = Buffer.from(ca).toString('base64')
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'box', cluster: { server, 'certificate-authority-data': authority } }],
    users: [{ name: 'box', user: { token } }],
    contexts: [{ name: 'box', context: { cluster: 'box', user: 'box' } }],
    'current-context': 'box',
  }
}

function start(args: readonly string[]): ChildProcess {
  const env = { PATH: process.env['PATH'], HOME: home, KUBECACHEDIR: home, KUBECONFIG: join(home, 'config') }
  return spawn('kubectl', args, { env })
}

async function kubectl(args: readonly string[], input?: unknown): Promise<Finished> {
  const child = start(args)
  child.stdin?.end(input === undefined ? '' : JSON.stringify(input))
  const text = { out: '', err: '' }
  child.stdout?.on('data', (chunk: Buffer) => (text.out += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (text.err += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...text }))
  })
}

const REQUEST = remediationRequest('rr-1')

describe.skipIf(!installed)('kubectl', () => {
  test('prints namespaces as a table', async () => {
    const { out, code } = await kubectl(['get', 'ns'])
    expect(code).toBe(0)
    expect(out).toMatch(/^NAME\s+STATUS\s+AGE\n/)
    expect(out).toMatch(/\nshop\s+Active\s+\d+s\n/)
  })

  test('prints custom resources with the columns of their definition', async () => {
    cluster.objects.create(REQUEST)
    const { out } = await kubectl(['get', 'remediationrequests', '-A'])
    expect(out).toMatch(
      /^NAMESPACE\s+NAME\s+SEVERITY\s+STORM\s+PHASE\s+AGE\nshop\s+rr-1\s+critical\s+\d+s\n$/,
    )
  })

  test('follows a watch', async () => {
    cluster.objects.create(REQUEST)
    const child = start(['get', 'remediationrequests', '-n', 'shop', '-w'])
    const ended = new Promise((resolve) => child.once('close', resolve))
    const names: string[] = []
    for await (const line of createInterface({ input: child.stdout! })) {
      names.push(line.split(/\s+/)[0] ?? '')
      if (names.length === 2) cluster.objects.create(remediationRequest('rr-2'))
      if (names.length === 3) child.kill()
    }
    await ended
    expect(names).toEqual(['NAME', 'rr-1', 'rr-2'])
  })

  test('applies an object, and applies it again with a change', async () => {
    expect(await kubectl(['apply', '-f', '-'], REQUEST)).toMatchObject({
      code: 0,
      out: 'remediationrequest.remediation.kubernaut.io/rr-1 created\n',
    })
    expect(await kubectl(['apply', '-f', '-'], REQUEST)).toMatchObject({
      out: 'remediationrequest.remediation.kubernaut.io/rr-1 unchanged\n',
    })
    const changed = remediationRequest('rr-1', { severity: 'warning' })
    expect(await kubectl(['apply', '-f', '-'], changed)).toMatchObject({
      code: 0,
      out: 'remediationrequest.remediation.kubernaut.io/rr-1 configured\n',
    })
  })

  test('applies on the side of the server', async () => {
    const apply = ['apply', '--server-side', '-f', '-']
    expect(await kubectl(apply, REQUEST)).toMatchObject({ code: 0, err: '' })
    expect(await kubectl(apply, remediationRequest('rr-1', { severity: 'info' }))).toMatchObject({
      code: 0,
      out: 'remediationrequest.remediation.kubernaut.io/rr-1 serverside-applied\n',
    })
  })

  test('is told which field is not in the schema and which value is not allowed', async () => {
    const misspelt = await kubectl(['create', '-f', '-'], remediationRequest('rr-1', { severty: 'x' }))
    expect(misspelt).toMatchObject({ code: 1 })
    expect(misspelt.err).toContain('unknown field "spec.severty"')
    const wrong = await kubectl(['create', '-f', '-'], remediationRequest('rr-1', { severity: 'bad' }))
    expect(wrong.err).toContain('spec.severity: Unsupported value: "bad"')
  })

  test('patches the status', async () => {
    cluster.objects.create(REQUEST)
    const patch = [
      '-n',
      'shop',
      '--type=merge',
      '--subresource=status',
      '-p',
      '{"status":{"overallPhase":"Done"}}',
    ]
    expect(await kubectl(['patch', 'remediationrequest', 'rr-1', ...patch])).toMatchObject({
      code: 0,
      out: 'remediationrequest.remediation.kubernaut.io/rr-1 patched\n',
    })
    const { out } = await kubectl([
      'get',
      'remediationrequest',
      'rr-1',
      '-n',
      'shop',
      '-o',
      'jsonpath={.status.overallPhase}',
    ])
    expect(out).toBe('Done')
  })

  test('deletes and waits until the object is gone', async () => {
    cluster.objects.create(REQUEST)
    expect(await kubectl(['delete', 'remediationrequest', 'rr-1', '-n', 'shop'])).toMatchObject({
      code: 0,
      out: 'remediationrequest.remediation.kubernaut.io "rr-1" deleted\n',
    })
  })

  test('creates and deletes a namespace', async () => {
    expect(await kubectl(['create', 'namespace', 'cart'])).toMatchObject({
      code: 0,
      out: 'namespace/cart created\n',
    })
    expect(await kubectl(['delete', 'namespace', 'cart'])).toMatchObject({ code: 0 })
    expect(await kubectl(['get', 'namespace', 'cart'])).toMatchObject({ code: 1 })
  })

  test('creates config maps and secrets, and applies core objects', async () => {
    expect(await kubectl(['create', 'configmap', 'c', '--from-literal=a=1', '-n', 'shop'])).toMatchObject({
      code: 0,
    })
    expect(
      await kubectl(['create', 'secret', 'generic', 's', '--from-literal=a=1', '-n', 'shop']),
    ).toMatchObject({ code: 0 })
    const { out } = await kubectl([
      'get',
      'cm/c',
      'secret/s',
      '-n',
      'shop',
      '-o',
      'jsonpath={.items[*].data.a}',
    ])
    expect(out).toBe('1 MQ==')
    const map = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c', namespace: 'shop' },
      data: { a: '2' },
    }
    expect(await kubectl(['apply', '-f', '-'], map)).toMatchObject({
      code: 0,
      out: 'configmap/c configured\n',
    })
  })

  test('explains the fields of a definition', async () => {
    const { out, code } = await kubectl(['explain', 'remediationrequests.spec'])
    expect(code).toBe(0)
    expect(out).toMatch(/signalFingerprint\s+<string> -required-/)
    expect(out).toMatch(/enum: critical, warning, info/)
  })

  test('labels, describes, waits and reads logs', async () => {
    cluster.objects.create(REQUEST)
    cluster.objects.create({ ...POD, status: { phase: 'Running' } })
    expect(await kubectl(['label', 'remediationrequest', 'rr-1', 'team=a', '-n', 'shop'])).toMatchObject({
      code: 0,
    })
    const described = await kubectl(['describe', 'remediationrequest', 'rr-1', '-n', 'shop'])
    expect(described.out).toContain('team=a')
    const wait = ['wait', 'pod/web', '-n', 'shop', '--for=jsonpath={.status.phase}=Running']
    expect(await kubectl(wait)).toMatchObject({ code: 0 })
    expect(await kubectl(['logs', 'web', '-n', 'shop', '--tail=1'])).toMatchObject({
      code: 0,
      out: 'second\n',
    })
  })

  test('is told where to go instead of port-forward', async () => {
    cluster.objects.create({ ...POD, status: { phase: 'Running' } })
    const { err, code } = await kubectl(['port-forward', 'pod/web', '0:8080', '-n', 'shop'])
    expect(code).toBe(1)
    expect(err).toContain('web:8080 is at http://127.0.0.1:1')
  })

  test('knows what "all" stands for', async () => {
    cluster.objects.create(POD)
    expect(await kubectl(['get', 'all', '-n', 'shop', '-o', 'name'])).toMatchObject({
      code: 0,
      out: 'pod/web\n',
    })
  })

  test('goes over from applying by itself to applying on the server', async () => {
    await kubectl(['apply', '-f', '-'], REQUEST)
    const changed = remediationRequest('rr-1', { severity: 'info' })
    expect(await kubectl(['apply', '--server-side', '-f', '-'], changed)).toMatchObject({ code: 0 })
    const again = remediationRequest('rr-1', { severity: 'warning' })
    expect(await kubectl(['apply', '--server-side', '-f', '-'], again)).toMatchObject({ code: 0 })
  })

  test('lists the definitions and the kinds', async () => {
    const definitions = await kubectl(['get', 'crd', '-o', 'name'])
    expect(definitions.out).toContain('remediationrequests.remediation.kubernaut.io')
    const kinds = await kubectl(['api-resources', '-o', 'name'])
    expect(kinds.out).toContain('remediationrequests.remediation.kubernaut.io')
  })
})

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { containers: [{ name: 'web', image: 'web', ports: [{ containerPort: 8080 }] }] },
}
