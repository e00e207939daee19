import { Broken } from '../base/failure.ts'
import type { Json } from '../base/json.ts'
import { RedisReplyError, RedisTransportError } from '../redis/redis-errors.ts'
import type { StepContext } from './context.ts'
import { defineStep } from './define.ts'
import { keyNamed } from './key-named.ts'
import { Keys } from './shapes.ts'

/** What a scenario may do to keys of its own (`language.md`: limits and safety). */
const COMMANDS = [
  ...['GET', 'SET', 'DEL', 'EXPIRE', 'PEXPIRE', 'PERSIST', 'TTL', 'PTTL', 'EXISTS', 'TYPE', 'INCR'],
  ...['HGET', 'HSET', 'HDEL', 'HGETALL', 'HLEN'],
  ...['LPUSH', 'RPUSH', 'LPOP', 'RPOP', 'LRANGE', 'LLEN'],
  ...['SADD', 'SREM', 'SMEMBERS', 'SISMEMBER', 'SCARD'],
  ...['ZADD', 'ZREM', 'ZRANGE', 'ZSCORE', 'ZCARD'],
] as const

export const redis = defineStep({
  verb: 'redis',
  summary: "Sends one command to the gateway's Redis, on a key of this scenario.",
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['command', 'on'],
    properties: {
      command: { enum: COMMANDS, description: 'The command, in capitals.' },
      on: {
        type: 'object',
        $comment: Keys,
        description: 'The key: one that the gateway has a name for, or `{ key: … }`.',
        properties: { key: { type: 'string', description: 'The key itself.' } },
        minProperties: 1,
        maxProperties: 1,
      },
      args: {
        type: 'array',
        items: { type: ['string', 'number'] },
        description: 'What follows the key.',
        examples: [[1]],
      },
    },
  },
  asserts: false,
  examples: [
    'redis: { command: PEXPIRE, on: { window: { namespace: "${ns.app}", alert: "${vars.alert}" } }, args: [1] }',
  ],
  async run({ command, on, args = [] }, context) {
    const key = keyNamed(on, 'on', context)
    await refuseForeignKey(key, context)
    try {
      const reply = await context.redis.command(command, key, ...(args as readonly (string | number)[]))
      const answer = plain(reply)
      context.write({ type: 'key:commanded', key, command: [command, ...args].join(' '), reply: answer })
      return { key, reply: answer }
    } catch (cause) {
      if (cause instanceof RedisTransportError)
        throw new Broken({ code: 'REDIS_AWAY', message: cause.message, span: context.span('command') })
      if (!(cause instanceof RedisReplyError)) throw cause
      throw new Broken({
        code: 'REDIS_REFUSED',
        message: cause.message,
        span: context.span('command'),
        cause,
      })
    }
  },
})

/** Redis serves other scenarios, too, so only what bears a name of this one is touched. */
async function refuseForeignKey(key: string, context: StepContext): Promise<void> {
  const isOwn = (): boolean => context.isOwn(key) || context.wroteKey(key)
  if (isOwn()) return
  // A key can be seen before the reply of which we know it, which comes beside us.
  await context.answered()
  if (isOwn()) return
  throw new Broken({
    code: 'FOREIGN_KEY',
    message: `${key} holds no name of this scenario, so nothing is done to it`,
    span: context.span('on'),
    notes: [
      'a key must hold a namespace or a unique() name of this scenario, or belong to a signal it has sent',
    ],
  })
}

/** Replies are texts, numbers, lists and null. */
function plain(reply: unknown): Json {
  if (Array.isArray(reply)) return reply.map(plain)
  return typeof reply === 'string' || typeof reply === 'number' ? reply : null
}
