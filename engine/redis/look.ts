import type { Json, JsonObject } from '../base/json.ts'
import type { KeyType } from '../base/key-type.ts'
import type { RedisConnection } from './connection.ts'
import { RedisReplyError } from './redis-errors.ts'

/** One key at one moment. */
export interface KeyLook {
  readonly type: KeyType
  /**
   * string: its text; hash: an object; list: a list; set: a sorted list; zset: `{member, score}` by score;
   * stream: `{id, fields}`; none: null.
   */
  readonly value: Json
  /** Time left, null when the key does not expire or does not exist. */
  readonly ttlMs: number | null
}

type Command = readonly [string, ...(string | number)[]]

interface Reader {
  readonly command: (key: string) => Command
  readonly read: (reply: unknown) => Json
}

export type ReadableType = Exclude<KeyType, 'none'>

const READERS: Readonly<Record<ReadableType, Reader>> = {
  string: { command: (key) => ['GET', key], read: (reply) => text(reply) },
  hash: { command: (key) => ['HGETALL', key], read: (reply) => fieldsOf(texts(reply)) },
  list: { command: (key) => ['LRANGE', key, 0, -1], read: texts },
  set: { command: (key) => ['SMEMBERS', key], read: (reply) => texts(reply).sort() },
  zset: { command: (key) => ['ZRANGE', key, 0, -1, 'WITHSCORES'], read: (reply) => scoresOf(texts(reply)) },
  stream: { command: (key) => ['XRANGE', key, '-', '+'], read: entriesOf },
}

const NOTHING: KeyLook = { type: 'none', value: null, ttlMs: null }

/** Reads value and time left at one moment: in one exchange where the key is of the type that is guessed. */
export async function look(
  connection: RedisConnection,
  key: string,
  guess: ReadableType = 'string',
): Promise<KeyLook> {
  for (let type = guess; ;) {
    const reader = READERS[type]
    const [found, reply, ttl] = await connection.transaction([
      ['TYPE', key],
      reader.command(key),
      ['PTTL', key],
    ])
    if (found instanceof Error) throw found
    if (found === 'none') return NOTHING
    if (!isReadable(found)) throw new RedisReplyError('TYPE', `cannot read a key of type ${String(found)}`)
    if (found !== type) {
      type = found
      continue
    }
    if (reply instanceof Error) throw reply
    return { type, value: reader.read(reply), ttlMs: Number(ttl) < 0 ? null : Number(ttl) }
  }
}

function isReadable(type: unknown): type is ReadableType {
  return typeof type === 'string' && Object.hasOwn(READERS, type)
}

function texts(reply: unknown): string[] {
  return Array.isArray(reply) ? reply.map(text) : []
}

function text(reply: unknown): string {
  return typeof reply === 'string' || typeof reply === 'number' ? String(reply) : ''
}

function pairsOf(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? '']] : []))
}

function fieldsOf(flat: readonly string[]): JsonObject {
  return Object.fromEntries(pairsOf(flat))
}

/** JSON has no infinity, so that one score stays a text. */
function scoresOf(flat: readonly string[]): Json {
  return pairsOf(flat).map(([member, score]) => {
    const number = Number(score)
    return { member, score: Number.isFinite(number) ? number : score }
  })
}

function entriesOf(reply: unknown): Json {
  if (!Array.isArray(reply)) return []
  return reply.map((entry: unknown) => {
    const [id, fields] = Array.isArray(entry) ? (entry as unknown[]) : []
    return { id: text(id), fields: fieldsOf(texts(fields)) }
  })
}
