import { describe, expect, test } from 'vitest'
import { valueAt } from '../base/json.ts'
import { NAMESPACES, PODS } from '../cluster/resource-path.ts'
import { deploy } from './deploy.ts'
import { HASH_LABEL } from './labels.ts'
import { names, Stage } from './testing/stage.ts'
import { DEPLOYMENTS } from './workload.ts'

const writes = ({ cluster }: Stage): readonly string[] =>
  cluster.calls.filter((call) => !/^(list|get) /.test(call))

describe('deploy', () => {
  test('makes everything, Redis before its gateway, and says last that a namespace is whole', async () => {
    const stage = new Stage()
    expect(names(await deploy(stage.request()))).toBe('made brief dedup dedup-x1; reused ')
    const of = writes(stage).filter((call) => call.includes('gwscen-dedup-x1'))
    const at = (part: string): number => of.findIndex((call) => call.includes(part))
    expect(at('create namespaces')).toBe(0)
    expect(at('create deployments/gwscen-dedup-x1/redis')).toBeLessThan(at('gwscen-dedup-x1/gateway'))
    expect(of.at(-1)).toBe('patch namespaces//gwscen-dedup-x1')
    expect(stage.object(NAMESPACES, 'gwscen-dedup-x1')?.metadata.labels).toMatchObject({
      'app.kubernetes.io/managed-by': 'gwscen',
      'gwscen.dev/profile': 'dedup',
      'gwscen.dev/exclusive': 'true',
      [HASH_LABEL]: expect.stringMatching(/^[0-9a-f]{16}$/) as unknown,
    })
    expect(stage.imagesBrought).toBe(1)
  })

  test('pods carry the mark of who made them and their version', async () => {
    const stage = new Stage()
    await deploy(stage.request())
    const gateway = stage.object(DEPLOYMENTS, 'gateway', 'gwscen-brief')
    expect(valueAt(gateway, ['spec', 'template', 'metadata', 'labels'])).toEqual({
      app: 'gateway',
      'app.kubernetes.io/managed-by': 'gwscen',
      'app.kubernetes.io/version': 'documented',
    })
  })

  test('leaves alone what stands: two lists, nothing written, no image looked for', async () => {
    const stage = new Stage()
    await deploy(stage.request())
    stage.cluster.calls.length = 0
    expect(names(await deploy(stage.request()))).toBe('made ; reused brief dedup dedup-x1')
    expect([...stage.cluster.calls].sort()).toEqual(['list deployments/', 'list namespaces/'])
    expect(stage.imagesBrought).toBe(1)
  })

  test('a changed configuration makes that deployment anew and no other', async () => {
    const stage = new Stage()
    const before = stage.request()
    await deploy(before)
    stage.cluster.calls.length = 0
    const deployments = before.deployments.map((one) =>
      one.name === 'brief' ? { ...one, configuration: { processing: { storm: {} } } } : one,
    )
    expect(names(await deploy(stage.request({ deployments })))).toBe('made brief; reused dedup dedup-x1')
    expect(writes(stage).filter((call) => call.includes('gwscen-dedup'))).toEqual([])
  })

  test('a namespace whose making was cut short is made again', async () => {
    const stage = new Stage()
    await deploy(stage.request())
    await stage.cluster.patch(
      NAMESPACES,
      { name: 'gwscen-brief' },
      { merge: { metadata: { labels: { [HASH_LABEL]: null } } } },
    )
    expect(names(await deploy(stage.request()))).toBe('made brief; reused dedup dedup-x1')
  })

  test('waits for what stands and is not ready, without writing', async () => {
    const stage = new Stage()
    await deploy(stage.request())
    const gateway = stage.object(DEPLOYMENTS, 'gateway', 'gwscen-brief')!
    stage.comesUp = () => false
    const down = { ...(gateway['status'] as object), availableReplicas: 0 }
    stage.cluster.put(DEPLOYMENTS, { ...gateway, status: down })
    stage.cluster.calls.length = 0
    const again = deploy(stage.request())
    await stage.clock.advance(1000)
    stage.readyAll()
    expect(names(await again)).toBe('made ; reused brief dedup dedup-x1')
    expect(writes(stage)).toEqual([])
  })

  test('an image that no node can have is told at once, with what the node says', async () => {
    const stage = new Stage()
    stage.comesUp = ({ metadata }) => metadata.name !== 'gateway'
    stage.cluster.open(DEPLOYMENTS).subscribe(({ object: { metadata } }) => {
      const { namespace = '', name } = metadata
      if (
        namespace === 'gwscen-brief' &&
        name === 'gateway' &&
        !stage.exists(`pods/${namespace}/gateway-abc`)
      )
        stage.stuckPod(namespace, 'gateway', 'ImagePullBackOff')
    })
    stage.cluster.written['gateway-abc'] = 'first\nlast words'
    await expect(deploy(stage.request())).rejects.toThrow(
      'gateway in gwscen-brief is not ready: pod gateway-abc: ImagePullBackOff: as the node says\n' +
        'its log ends with:\n  first\n  last words',
    )
    expect(stage.object(NAMESPACES, 'gwscen-brief')?.metadata.labels).not.toHaveProperty(HASH_LABEL)
  })

  test('the trouble of a pod that is being replaced is not that of its successor', async () => {
    const stage = new Stage()
    stage.stuckPod('gwscen-brief', 'gateway', 'ImagePullBackOff')
    const made = deploy(stage.request())
    await stage.clock.advance(0)
    const pod = stage.object(PODS, 'gateway-abc', 'gwscen-brief')!
    stage.cluster.put(PODS, { ...pod, touched: true })
    expect(names(await made)).toContain('made brief')
  })

  test('what never gets ready is told when the time is up', async () => {
    const stage = new Stage()
    stage.comesUp = ({ metadata }) => metadata.name !== 'redis'
    const failing = deploy(stage.request({ limitMs: 60_000 }))
    const told = expect(failing).rejects.toThrow('redis in gwscen-brief is not ready within 60 s')
    await stage.clock.advance(60_000)
    await told
  })

  test('stops when it is told to', async () => {
    const stage = new Stage()
    stage.comesUp = () => false
    const stop = new AbortController()
    const failing = deploy(stage.request({ signal: stop.signal }))
    const told = expect(failing).rejects.toThrow('Ctrl-C')
    await stage.clock.advance(10)
    stop.abort(new Error('Ctrl-C'))
    await told
  })

  test('waits until a namespace that is being deleted is gone', async () => {
    const stage = new Stage()
    await deploy(stage.request())
    const old = stage.object(NAMESPACES, 'gwscen-brief')!
    stage.cluster.put(NAMESPACES, {
      ...old,
      metadata: { ...old.metadata, deletionTimestamp: '2025-11-24T12:00:00Z' },
    })
    stage.cluster.calls.length = 0
    const again = deploy(stage.request())
    await stage.clock.advance(1000)
    expect(writes(stage).filter((call) => call.includes('gwscen-brief'))).toEqual([])
    stage.cluster.remove(NAMESPACES, { name: 'gwscen-brief' })
    expect(names(await again)).toBe('made brief; reused dedup dedup-x1')
  })
})
