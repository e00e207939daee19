import { defineStep } from './define.ts'
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
})
