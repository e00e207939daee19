import { afterAll, beforeAll, expect, test } from 'vitest'
import { randomFrom } from '../../../base/random.ts'
import { flood, thousand, unaccounted } from './testing/load.ts'
import { loadConfig, REQUESTS } from './testing/load-config.ts'
import { hasRedisServer, openStage, type Stage } from './testing/stage.ts'

const searchPath = process.env['PATH'] ?? ''
const absent = !(await hasRedisServer(searchPath))
let stage: Stage

beforeAll(async () => {
  stage = await openStage(searchPath)
})
afterAll(() => stage.close())

test.skipIf(absent)('five hundred alerts on a real Redis: all are taken, none is lost', async () => {
  const namespace = 'load'
  stage.cluster.objects.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const gateway = await stage.gateway(loadConfig(stage), { keep: ({ request_id: id }) => id === undefined })
  const url = await gateway.url()
  const alerts = thousand(namespace, randomFrom('load')).slice(0, 500)
  const { statuses } = await flood(url, alerts, 16)
  const taken = (statuses[201] ?? 0) + (statuses[202] ?? 0)
  expect(taken, JSON.stringify(statuses)).toBe(500)
  const left = (): readonly string[] =>
    unaccounted(alerts, stage.cluster.objects.list(REQUESTS, { namespace }))
  await expect.poll(left, { timeout: 20_000, interval: 100 }).toEqual([])
})

test.skipIf(absent)('a process that is killed leaves its window to the next one', async () => {
  const namespace = 'killed'
  stage.cluster.objects.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const config = loadConfig(stage).replace('rate_threshold: 20', 'rate_threshold: 0')
  const first = await stage.gateway(config)
  const alerts = ['a', 'b', 'c', 'd'].map((pod) => ({ namespace, alertname: 'Killed', pod }))
  await flood(await first.url(), alerts, 4)
  await first.kill()
  const left = (): readonly string[] =>
    unaccounted(alerts, stage.cluster.objects.list(REQUESTS, { namespace }))
  await stage.gateway(config)
  await expect.poll(left, { timeout: 20_000, interval: 100 }).toEqual([])
  expect(stage.cluster.objects.list(REQUESTS, { namespace })).toHaveLength(1)
})
