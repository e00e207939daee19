import { Broken } from '../base/failure.ts'
import { isObject } from '../base/json.ts'
import type { StepContext } from './context.ts'

/** The Redis key that an input names, by what it is for or by itself; `place` is the key of the input. */
export function keyNamed(named: unknown, place: string, context: StepContext): string {
  if (!isObject(named)) {
    throw new Broken({ code: 'NO_KEY', message: `${place}: names no key`, span: context.span(place) })
  }
  if (typeof named['key'] === 'string') return named['key']
  for (const [name, input] of Object.entries(named)) {
    const description = context.description.keys[name]
    if (description !== undefined && isObject(input))
      return description.key(input as Parameters<typeof description.key>[0], context.version)
  }
  const known = ['key', ...Object.keys(context.description.keys)].join(', ')
  throw new Broken({
    code: 'NO_KEY',
    message: `${place}: no such key; expected one of ${known}`,
    span: context.span(place),
  })
}
