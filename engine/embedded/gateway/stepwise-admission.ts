import type { Redis } from './ports.ts'
import { asNumber, asText, asTexts, wholeSeconds } from './redis-replies.ts'
import { resourceId, type Signal } from './signal.ts'
import { keepsEntries, type Admission } from './storm-admission.ts'
import type { Storm } from './storm-detector.ts'
import { dueText, stormKeys, TAKE_OVER_MS, type Due } from './storm-keys.ts'
import { windowMetadata } from './storm-metadata.ts'
import type { World } from './world.ts'

/** With these about one burst in eight goes wrong, as it did with the real program. */
const HELD_BACK = 0.1
const HELD_BACK_MS = 15

/**
 * Push, threshold check and opening as separate commands, between which other requests may come. `open`: id of the
 * window that was open when the caller looked.
 */
export async function admitStepwise(
  world: World,
  signal: Signal,
  storm: Storm,
  open: string | undefined,
): Promise<Admission> {
  const distant = { ...world, redis: distantRedis(world) }
  const joined = open === undefined ? undefined : await join(distant, signal, open)
  return joined ?? buffer(distant, signal, storm)
}

/** Undefined: the window has ended, a new buffer begins. */
async function join(world: World, signal: Signal, id: string): Promise<Admission | undefined> {
  const { behaviour, redis, clock, config } = world
  const { inactivityMs, maxWindowMs } = config.storm
  const now = clock.wall()
  const latest = startOf(id) + maxWindowMs
  if (!(now <= latest)) return behaviour.overrunIsIndividual ? { to: 'nowhere' } : undefined
  const resources = stormKeys.resources(id)
  const key = behaviour.windowKey(signal.namespace, signal.name)
  if (behaviour.storesJoins) {
    await redis.command('ZADD', resources, Math.floor(now / 1000), resourceId(signal.resource))
    await keepEntry(world, stormKeys.windowEntries(id), signal)
  }
  if (asText(await redis.command('GET', key)) === id) {
    await redis.command('EXPIRE', key, wholeSeconds(behaviour.windowTtlMs(inactivityMs)))
  }
  await redis.command('EXPIRE', resources, wholeSeconds(2 * inactivityMs))
  const count = asNumber(await redis.command('ZCARD', resources))
  const joined = { to: 'open-window', windowId: id, resources: count } as const
  if (!behaviour.windowSlides) return joined
  await redis.command('EXPIRE', stormKeys.metadata(id), wholeSeconds(2 * inactivityMs))
  const due: Due = { kind: 'window', id, key }
  return {
    ...joined,
    ...(await setDeadline(world, due, Math.min(now + behaviour.closesAfterMs(inactivityMs), latest))),
  }
}

async function buffer(world: World, signal: Signal, storm: Storm): Promise<Admission> {
  const { behaviour, redis, clock, config } = world
  const { namespace, name } = signal
  const { inactivityMs, bufferThreshold } = config.storm
  const key = stormKeys.buffer(namespace, name)
  await redis.command('RPUSH', key, resourceId(signal.resource))
  await keepEntry(world, stormKeys.bufferEntries(namespace, name), signal)
  await redis.command('EXPIRE', key, wholeSeconds(2 * inactivityMs))
  const length = asNumber(await redis.command('LLEN', key))
  if (length >= behaviour.bufferThreshold(bufferThreshold)) return openWindow(world, signal, storm)
  if (!behaviour.flushesBuffers) return { to: 'buffer' }
  const due: Due = { kind: 'buffer', namespace, name }
  return { to: 'buffer', ...(await setDeadline(world, due, clock.wall() + 2 * inactivityMs)) }
}

async function openWindow(world: World, signal: Signal, storm: Storm): Promise<Admission> {
  const { behaviour, redis, clock, config } = world
  const { namespace, name } = signal
  const { inactivityMs } = config.storm
  const now = clock.wall()
  const id = behaviour.windowId(name, now)
  const key = behaviour.windowKey(namespace, name)
  const [list, resources, metadata] = [
    stormKeys.buffer(namespace, name),
    stormKeys.resources(id),
    stormKeys.metadata(id),
  ]
  await redis.command('SET', key, id, 'PX', Math.max(1, behaviour.windowTtlMs(inactivityMs)))
  await redis.command('HSET', metadata, ...Object.entries(windowMetadata(signal, storm, now)).flat())
  await redis.command('EXPIRE', metadata, wholeSeconds(2 * inactivityMs))
  for (const member of asTexts(await redis.command('LRANGE', list, 0, -1))) {
    await redis.command('ZADD', resources, Math.floor(now / 1000), member)
  }
  await moveEntries(world, stormKeys.bufferEntries(namespace, name), stormKeys.windowEntries(id))
  await redis.command('DEL', list)
  await redis.command('EXPIRE', resources, wholeSeconds(2 * inactivityMs))
  const count = asNumber(await redis.command('ZCARD', resources))
  const due = await setDeadline(
    world,
    { kind: 'window', id, key },
    now + behaviour.closesAfterMs(inactivityMs),
  )
  return { to: 'new-window', windowId: id, resources: count, ...due }
}

/** A Redis in the same process is so near that the commands of two requests would hardly ever mix; so some are held back. */
function distantRedis({ redis, clock, random }: World): Redis {
  return {
    command: async (name, ...args) => {
      if (random.next() < HELD_BACK) await clock.sleep(HELD_BACK_MS)
      return redis.command(name, ...args)
    },
  }
}

async function keepEntry(world: World, key: string, signal: Signal): Promise<void> {
  if (!keepsEntries(world)) return
  await world.redis.command('RPUSH', key, JSON.stringify(signal))
  await world.redis.command('PEXPIRE', key, TAKE_OVER_MS)
}

async function moveEntries(world: World, from: string, to: string): Promise<void> {
  if (!keepsEntries(world)) return
  const entries = asTexts(await world.redis.command('LRANGE', from, 0, -1))
  if (entries.length === 0) return
  await world.redis.command('RPUSH', to, ...entries)
  await world.redis.command('PEXPIRE', to, TAKE_OVER_MS)
  await world.redis.command('DEL', from)
}

async function setDeadline(world: World, due: Due, dueMs: number): Promise<{ due: Due; dueMs: number }> {
  if (world.behaviour.keepsDeadlines) {
    await world.redis.command('ZADD', stormKeys.deadlines, Math.floor(dueMs), dueText(due))
  }
  return { due, dueMs }
}

/** Unix milliseconds out of the number at the end of a window id, in seconds or milliseconds. */
function startOf(id: string): number {
  const number = Number(/-(\d+)$/.exec(id)?.[1] ?? Number.NaN)
  return number > 1e11 ? number : number * 1000
}
