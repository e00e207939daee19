import { asMap, asNumber, asTexts } from './redis-replies.ts'
import type { Signal } from './signal.ts'
import { dueText, stormKeys, TAKE_OVER_MS, type Due } from './storm-keys.ts'
import type { World } from './world.ts'

/** What stood in a buffer or window when it ended. */
export interface Contents {
  /** In the order of their arrival; empty where signals are not kept. */
  readonly signals: readonly Signal[]
  /** Windows only, in order of the second they came in and then of their names. */
  readonly resources: readonly string[]
  readonly metadata: Readonly<Record<string, string>>
}

export type Claim =
  /** `due`: under which name it is held until `release`. `sinceMs`: when it was first claimed, where that is kept. */
  | {
      readonly is: 'ours'
      readonly due: Due
      readonly sinceMs: number | undefined
      readonly contents: Contents
    }
  | { readonly is: 'later'; readonly atMs: number }
  | { readonly is: 'gone' }

/** After this a claim counts as abandoned: its gateway was killed before it had made the objects. */
const LEASE_MS = 10_000

/**
 * Keeps what has ended under a deadline of its own, so that whoever finds it abandoned can go on.
 *
 * KEYS: deadlines, entries, resources, metadata, key of the buffer or window, entries of the flush.
 * ARGV: kind, name of the deadline, name it is held under, now, lease, take-over time, the window's id (empty: the
 * key stays). Replies {'gone'}, {'later', due} or {'ours', claimed at, entries, resources, metadata}.
 */
const CLAIM = `
local kind, due, held = ARGV[1], ARGV[2], ARGV[3]
local now, lease, keep = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local score = redis.call('ZSCORE', KEYS[1], due)
if not score then return {'gone'} end
if tonumber(score) > now then return {'later', score} end
redis.call('ZREM', KEYS[1], due)
redis.call('ZADD', KEYS[1], string.format('%.0f', now + lease), held)
local life = string.format('%.0f', lease + keep)
if kind ~= 'window' then
  if kind == 'buffer' then
    redis.call('DEL', KEYS[5])
    if redis.call('EXISTS', KEYS[2]) == 1 then redis.call('RENAME', KEYS[2], KEYS[6]) end
  end
  redis.call('PEXPIRE', KEYS[6], life)
  return {'ours', ARGV[4], redis.call('LRANGE', KEYS[6], 0, -1), {}, {}}
end
if ARGV[7] ~= '' and redis.call('GET', KEYS[5]) == ARGV[7] then redis.call('DEL', KEYS[5]) end
redis.call('HSETNX', KEYS[4], 'claimed_at', ARGV[4])
for index = 2, 4 do redis.call('PEXPIRE', KEYS[index], life) end
return {'ours', redis.call('HGET', KEYS[4], 'claimed_at'), redis.call('LRANGE', KEYS[2], 0, -1),
  redis.call('ZRANGE', KEYS[3], 0, -1), redis.call('HGETALL', KEYS[4])}`

/** The same where no deadlines are kept: what is claimed is in this process alone from then on. */
const TAKE = `
if ARGV[2] == '1' and (ARGV[1] == '' or redis.call('GET', KEYS[4]) == ARGV[1]) then redis.call('DEL', KEYS[4]) end
local entries = redis.call('LRANGE', KEYS[1], 0, -1)
redis.call('DEL', KEYS[1])
return {'ours', '', entries, redis.call('ZRANGE', KEYS[2], 0, -1), redis.call('HGETALL', KEYS[3])}`

/** Takes buffers and windows that have ended out of Redis, each for one gateway at a time. */
export class StormClaims {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  async claim(due: Due): Promise<Claim> {
    const { behaviour, clock } = this.#world
    const now = Math.ceil(clock.wall())
    const held: Due =
      due.kind === 'buffer'
        ? { kind: 'flush', namespace: due.namespace, name: due.name, id: String(now) }
        : due
    const reply = behaviour.keepsDeadlines ? await this.#lease(due, held, now) : await this.#take(due)
    const [state, second, third, fourth, fifth] = Array.isArray(reply) ? (reply as readonly unknown[]) : []
    if (state === 'later') return { is: 'later', atMs: asNumber(second) }
    if (state !== 'ours') return { is: 'gone' }
    const signals = asTexts(third).map((text) => JSON.parse(text) as Signal)
    const contents = { signals, resources: asTexts(fourth), metadata: asMap(fifth) }
    return { is: 'ours', due: held, sinceMs: second === '' ? undefined : asNumber(second), contents }
  }

  /** The first of the claimed signals has its object. */
  async drop(due: Due): Promise<void> {
    if (this.#world.behaviour.keepsDeadlines) await this.#world.redis.command('LPOP', keysOf(due).flush)
  }

  /** All is done; nobody need take it over. */
  async release(due: Due): Promise<void> {
    const { redis, behaviour } = this.#world
    if (!behaviour.keepsDeadlines) return
    await redis.command('DEL', due.kind === 'flush' ? keysOf(due).flush : keysOf(due).entries)
    await redis.command('ZREM', stormKeys.deadlines, dueText(due))
  }

  #lease(due: Due, held: Due, now: number): Promise<unknown> {
    const { entries, resources, metadata, key } = keysOf(due)
    const keys = [stormKeys.deadlines, entries, resources, metadata, key, keysOf(held).flush]
    const texts = [due.kind, dueText(due), dueText(held)]
    const windowId = due.kind === 'window' && this.#endsWithItsKey() ? due.id : ''
    const call = [CLAIM, keys.length, ...keys, ...texts, now, LEASE_MS, TAKE_OVER_MS, windowId]
    return this.#world.redis.command('EVAL', ...call)
  }

  #take(due: Due): Promise<unknown> {
    const { entries, resources, metadata, key } = keysOf(due)
    const keys = [entries, resources, metadata, key]
    const keyGoes = due.kind === 'buffer' || this.#endsWithItsKey()
    const windowId = due.kind === 'window' ? due.id : ''
    return this.#world.redis.command('EVAL', TAKE, keys.length, ...keys, windowId, Number(keyGoes))
  }

  #endsWithItsKey(): boolean {
    const { behaviour, config } = this.#world
    const expires = behaviour.windowTtlMs(config.storm.inactivityMs) > 0
    return expires && behaviour.windowSlides && !behaviour.overrunIsIndividual
  }
}

interface Keys {
  readonly entries: string
  readonly resources: string
  readonly metadata: string
  readonly key: string
  readonly flush: string
}

/** Where the parts of something lie; what it does not have is a name that nothing else uses. */
function keysOf(due: Due): Keys {
  if (due.kind === 'window') {
    const { id, key } = due
    const entries = stormKeys.windowEntries(id)
    return {
      entries,
      resources: stormKeys.resources(id),
      metadata: stormKeys.metadata(id),
      key,
      flush: entries,
    }
  }
  const { namespace, name } = due
  const entries = stormKeys.bufferEntries(namespace, name)
  const flush = due.kind === 'flush' ? stormKeys.flushEntries(namespace, name, due.id) : entries
  return { entries, resources: '-', metadata: '-', key: stormKeys.buffer(namespace, name), flush }
}
