import { createHash } from 'node:crypto'

import { readDuration } from './durations.ts'
import type { CelValue, ExpressionFunction, Hooks } from './types.ts'
import { fromCel, showTimestamp } from './values.ts'

/** The functions that have nothing to do with any gateway. */
export const generalFunctions: readonly ExpressionFunction[] = [
  {
    name: 'unique',
    summary: 'A name that no other attempt uses: the base, a dash and 8 of [a-z0-9].',
    parameters: [{ name: 'base', type: 'string' }],
    result: 'string',
    example: "unique('PodCrashLooping')",
    onlyInVars: true,
    run: ([base], { unique }) => allowed('unique', unique)(text(base)),
  },
  {
    name: 'env',
    summary:
      'The value of an environment variable that the scenario lists under `env`; masked in all output.',
    parameters: [{ name: 'name', type: 'string' }],
    result: 'string',
    example: "env('API_TOKEN')",
    onlyInVars: true,
    run: ([name], { env }) => allowed('env', env)(text(name)),
  },
  {
    name: 'duration',
    summary: 'A duration out of its text, such as `1h30m`, `1.5s` or `100ms`.',
    parameters: [{ name: 'text', type: 'string' }],
    result: 'duration',
    example: "duration('5s')",
    run: ([value]) => duration(text(value)),
  },
  {
    name: 'truncate',
    summary: 'The first n characters of a text.',
    parameters: [
      { name: 'text', type: 'string' },
      { name: 'n', type: 'int' },
    ],
    result: 'string',
    example: 'truncate(vars.alert, 63)',
    run: ([value, count]) => {
      const most = Number(count)
      if (most < 0) throw new Error(`truncate(…, ${most}): expected a number of characters from 0`)
      return Array.from(text(value)).slice(0, most).join('')
    },
  },
  {
    name: 'now',
    summary: 'The time at which the expression is evaluated.',
    parameters: [],
    result: 'timestamp',
    example: "now() - duration('1m')",
    run: (_, { wall }) => new Date(wall()),
  },
  {
    name: 'rfc3339',
    summary: 'A timestamp as text, such as `2025-11-24T12:00:00Z`.',
    parameters: [{ name: 'time', type: 'timestamp' }],
    result: 'string',
    example: 'rfc3339(now())',
    run: ([time]) => showTimestamp(time as Date),
  },
  {
    name: 'sha256',
    summary: 'The SHA-256 of a text, as 64 hexadecimal digits.',
    parameters: [{ name: 'text', type: 'string' }],
    result: 'string',
    example: "sha256('a')",
    run: ([value]) => createHash('sha256').update(text(value)).digest('hex'),
  },
  {
    name: 'toJson',
    summary: 'Any value as JSON text.',
    parameters: [{ name: 'value', type: 'dyn' }],
    result: 'string',
    example: 'toJson(reply.last.body)',
    run: ([value]) => JSON.stringify(fromCel(value)),
  },
]

/** CEL has checked the argument's type against the function's parameters. */
function text(value: CelValue | undefined): string {
  return value as string
}

function duration(source: string): CelValue {
  const read = readDuration(source)
  if (read === undefined) throw new Error(`duration('${source}'): expected a duration like 5s or 1h30m`)
  return read
}

function allowed<T extends keyof Hooks>(name: T, effect: Hooks[T]): NonNullable<Hooks[T]> {
  if (effect === undefined) throw new Error(`${name}() is allowed only in vars`)
  return effect
}
