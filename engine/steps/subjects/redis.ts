import type { Mismatch } from '../../base/failure.ts'
import { isObject, type JsonObject } from '../../base/json.ts'
import type { KeyLook } from '../../redis/look.ts'
import { RedisTransportError } from '../../redis/redis-errors.ts'
import type { StepContext } from '../context.ts'
import { keyNamed } from '../key-named.ts'
import { matcherOf, under } from '../matching.ts'
import { Keys, Matcher } from '../shapes.ts'
import { absenceExcludes } from './absence.ts'
import { neverSeen, type Look, type SubjectDefinition } from './define.ts'

/** One key of the gateway's Redis. */
export const redis: SubjectDefinition = {
  subject: 'redis',
  summary: "One key of the gateway's Redis, by what it is for or by its name.",
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['redis'],
    properties: {
      redis: {
        type: 'object',
        $comment: Keys,
        properties: {
          key: { type: 'string', description: 'The key itself, where the gateway has no name for it.' },
        },
        minProperties: 1,
        maxProperties: 1,
      },
      type: { ...Matcher, description: '`string`, `hash`, `list`, `set`, `zset`.' },
      value: { ...Matcher, description: 'The whole value: a text, a map, a list.' },
      fields: { ...Matcher, description: 'The fields of a hash; values are texts.' },
      members: { ...Matcher, description: 'The members of a set, sorted set (by score) or list.' },
      length: { ...Matcher, description: 'How many members, fields, or characters.' },
      ttl: {
        ...Matcher,
        description: 'Remaining life in seconds, with a fraction; null for a key that stays.',
      },
      absent: { enum: [true], description: 'It is not there.' },
      gone: { enum: [true], description: 'It was there during this scenario, and now it is not.' },
    },
  },
  excludes: absenceExcludes(['type', 'value', 'fields', 'members', 'length', 'ttl']),
  examples: ['expect: { redis: { key: "lock:${ns.app}" }, gone: true, within: 10s }'],
  observe: async (input, context) => {
    const key = keyNamed(input['redis'], 'redis', context)
    let seen = context.wroteKey(key)
    const announced = await isAnnounced(context)
    const tell = tellingChanges(key, context)
    const look = async (): Promise<Look> => {
      const found = await context.redis.look(key)
      tell(found)
      seen ||= found.type !== 'none'
      return judge({ key, found, seen }, input, context)
    }
    if (!announced) return { look }
    const subscribe = async (changed: () => void): Promise<() => void> => {
      const watch = await context.redis.watchKey(key, changed)
      return () => watch.close()
    }
    return { look, subscribe }
  },
}

/** Whether Redis tells of changes; while it is away, only looking can tell when it is back. */
async function isAnnounced({ redis }: StepContext): Promise<boolean> {
  try {
    return await redis.keyspaceEvents()
  } catch (error) {
    if (error instanceof RedisTransportError) return false
    throw error
  }
}

/** A life that only runs out comes to the same end; by so much it may seem to move between two looks, in milliseconds. */
const END_MOVES_MS = 100

/** Tells what a key is whenever that is something new to this step. */
function tellingChanges(key: string, context: StepContext): (found: KeyLook) => void {
  let last: string | undefined
  let lastEnd: number | null | undefined
  return ({ type, value, ttlMs }) => {
    const now = JSON.stringify([type, value])
    const end = ttlMs === null ? null : context.clock.now() + ttlMs
    if (now === last && isSameEnd(end, lastEnd)) return
    last = now
    lastEnd = end
    context.write({
      ...{ type: 'key:seen', key, is: type, value },
      ...(ttlMs === null ? {} : { ttlMs }),
    })
  }
}

function isSameEnd(one: number | null, other: number | null | undefined): boolean {
  if (one === null || other === null || other === undefined) return one === other
  return Math.abs(one - other) <= END_MOVES_MS
}

interface Seen {
  readonly key: string
  readonly found: KeyLook
  readonly seen: boolean
}

function judge({ key, found, seen }: Seen, input: JsonObject, context: StepContext): Look {
  const there = found.type !== 'none'
  const mismatches =
    input['gone'] === true || input['absent'] === true
      ? absence(found, seen, input)
      : claims(found, input, context)
  return {
    ok: mismatches.length === 0,
    mismatches,
    summary: there ? `${key} is there (${found.type})` : `${key} is not there`,
    // Not in the summary: a life that runs out is no change.
    notes: found.ttlMs === null || !there ? [] : [`${(found.ttlMs / 1000).toFixed(1)} s to live`],
    ...(input['absent'] === true && !seen ? { warning: neverSeen(key) } : {}),
    result: { key, type: found.type, value: found.value, ttl: ttlOf(found) },
    ...(found.ttlMs === null || !there ? {} : { lookAgainMs: found.ttlMs + 1 }),
  }
}

function absence(found: KeyLook, seen: boolean, input: JsonObject): readonly Mismatch[] {
  const path = input['gone'] === true ? 'gone' : 'absent'
  if (found.type !== 'none') return [{ path, expected: 'no such key', actual: found.value }]
  if (path === 'gone' && !seen)
    return [{ path, expected: 'a key that this scenario has seen', actual: undefined }]
  return []
}

function claims(found: KeyLook, input: JsonObject, context: StepContext): readonly Mismatch[] {
  if (found.type === 'none') return [{ path: 'redis', expected: 'a key that is there', actual: undefined }]
  const actual: Record<string, unknown> = {
    type: found.type,
    value: found.value,
    fields: found.type === 'hash' ? found.value : undefined,
    members: membersOf(found),
    length: lengthOf(found.value),
    ttl: ttlOf(found),
  }
  return Object.keys(actual)
    .filter((claim) => claim in input)
    .flatMap((claim) => under(claim, matcherOf(input[claim], context, [claim])(actual[claim])))
}

function ttlOf({ ttlMs }: KeyLook): number | null {
  return ttlMs === null ? null : ttlMs / 1000
}

function membersOf({ value }: KeyLook): unknown {
  if (!Array.isArray(value)) return undefined
  return value.map((member: unknown) => (isObject(member) && 'member' in member ? member['member'] : member))
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length
  return isObject(value) ? Object.keys(value).length : 0
}
