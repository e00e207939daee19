import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import type { Outage } from '../base/outage.ts'
import { randomFrom } from '../base/random.ts'
import type { ApiRequest } from '../embedded/apiserver/api-request.ts'
import type { InterceptRule } from '../embedded/apiserver/interception.ts'
import { RedisDoor } from '../embedded/faults/redis-door.ts'
import { startJsInstance } from '../embedded/redis/js-instance.ts'
import { connectRedis } from '../redis/redis-client.ts'
import { beginOutage, type Breakable } from './embedded-outages.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A deployment of which only the outages are real. */
function broken(door?: RedisDoor) {
  const told: string[] = []
  const rules = new Set<InterceptRule>()
  const pod = {
    namespace: 'gwscen-own',
    userAgent: 'gateway/gwscen-own',
    halt: () => Promise.resolve(void told.push('halted')),
    resume: () => Promise.resolve(void told.push('resumed')),
  }
  const intercept = (rule: InterceptRule): (() => void) => {
    rules.add(rule)
    return () => rules.delete(rule)
  }
  const about = { pod, door, api: { intercept }, clock: systemClock, random: randomFrom('test') }
  const met = (request: Partial<ApiRequest>) => [...rules].map((rule) => rule(request as ApiRequest))
  return { told, met, begin: (outage: Outage) => beginOutage(outage, about as unknown as Breakable) }
}

const asked = (more: Partial<ApiRequest> = {}): Partial<ApiRequest> => ({
  verb: 'create',
  userAgent: 'gateway/gwscen-own',
  ...more,
})

test('a gateway is down until it is mended; a restart is over at once', async () => {
  const { told, begin } = broken()
  const mend = await begin({ gateway: 'down' })
  expect(told).toEqual(['halted'])
  await mend()
  await (
    await begin({ gateway: 'restart' })
  )()
  expect(told).toEqual(['halted', 'resumed', 'halted', 'resumed'])
})

test('only what this gateway asks of the API is disturbed', async () => {
  const { met, begin } = broken()
  const mend = await begin({ api: { status: 429, retryAfterMs: 1500, delayMs: 5, verbs: ['create'] } })
  expect(met(asked())).toEqual([{ delayMs: 5, refuse: { code: 429, retryAfterSeconds: 2 } }])
  expect(met(asked({ verb: 'get' }))).toEqual([undefined])
  expect(met(asked({ userAgent: 'gwscen' }))).toEqual([undefined])
  await mend()
  expect(met(asked())).toEqual([])
})

test('a share of the requests is drawn by lot', async () => {
  const { met, begin } = broken()
  await begin({ api: { status: 503, share: 0.3 } })
  const hits = Array.from({ length: 1000 }, () => met(asked())).filter(([hit]) => hit !== undefined).length
  expect(hits).toBeGreaterThan(200)
  expect(hits).toBeLessThan(400)
})

test('a status that the API server cannot give is told', async () => {
  const { met, begin } = broken()
  await expect(begin({ api: { status: 418 } })).rejects.toMatchObject({
    code: 'NO_FAULT',
    message: 'api: expected a status of 408, 410, 429, 500, 502, 503, 504, got 418',
  })
  expect(met(asked())).toEqual([])
})

test('forwards to the pods of this deployment are cut, and no others', async () => {
  const { met, begin } = broken()
  const mend = await begin({ forward: 'cut' })
  expect(met({ subresource: 'portforward', namespace: 'gwscen-own' })).toEqual([{ drop: 'request' }])
  expect(met({ subresource: 'portforward', namespace: 'gwscen-other' })).toEqual([undefined])
  expect(met({ namespace: 'gwscen-own' })).toEqual([undefined])
  await mend()
  expect(met({ subresource: 'portforward', namespace: 'gwscen-own' })).toEqual([])
})

test('Redis is away and comes back with its data, or loses them', async () => {
  const redis = await startJsInstance()
  closers.push(() => redis.stop())
  const door = await RedisDoor.open(redis, systemClock)
  closers.push(() => door.close())
  const client = await connectRedis({ host: door.host, port: door.port, clock: systemClock })
  closers.push(() => client.close())
  const { begin } = broken(door)
  await client.command('SET', 'k', 'v')
  const mend = await begin({ redis: 'down' })
  await expect(client.command('GET', 'k')).rejects.toThrow()
  await mend()
  await expect.poll(() => client.command('GET', 'k').catch(() => undefined)).toBe('v')
  await (
    await begin({ redis: 'lose' })
  )()
  await expect.poll(() => client.command('EXISTS', 'k').catch(() => undefined)).toBe(0)
})
