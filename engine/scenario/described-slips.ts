import { isObject } from '../base/json.ts'
import type { Path } from '../base/span.ts'
import { hasTemplate } from '../document/template.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import { suggest } from '../base/suggest.ts'
import { keysOf, verbs } from './grammar.ts'
import { unknownKeySlip } from './shape.ts'
import { showValue } from './shape-words.ts'
import type { Slip } from './slip.ts'

/** A kind that the description names. */
export function describedKind(value: unknown, path: Path, { kinds }: GatewayDescription): readonly Slip[] {
  if (typeof value !== 'string' || hasTemplate(value) || Object.hasOwn(kinds, value)) return []
  const known = Object.keys(kinds)
  const near = suggest(value, known)
  const hint = near === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${near}?`
  return [{ code: 'UNKNOWN_KIND', path, message: `${value}: the gateway writes no such kind`, hint }]
}

interface Choice {
  readonly shape: 'signals' | 'keys'
  readonly path: Path
  readonly value: unknown
  readonly verb: string
}

/** Exactly one of what can be sent, or of the Redis keys that have a name; and nothing that does not belong. */
export function describedChoice(choice: Choice, description: GatewayDescription): readonly Slip[] {
  const { shape, path, value } = choice
  if (!isObject(value)) return []
  const own = ownKeys(choice)
  const plain = shape === 'signals' ? 'raw' : 'key'
  const described = Object.keys(description[shape])
  const options = [...described, plain]
  const name = String(path.at(-1))
  const strange = Object.keys(value).filter((key) => !own.includes(key) && !described.includes(key))
  const unknown = strange.map((key) =>
    unknownKeySlip(path, key, name, [...options, ...own.filter((key) => key !== plain)]),
  )
  const [first, second] = Object.keys(value).filter((key) => options.includes(key))
  if (second !== undefined && first !== undefined) {
    const message = `${second}: expected one of ${options.join(', ')}, got ${first} and ${second}`
    return [...unknown, { code: 'TWO_OF_ONE', path, key: second, message }]
  }
  const meant = unknown.some(({ rename }) => rename !== undefined && options.includes(rename))
  const missing = first === undefined && !meant && (shape === 'signals' || unknown.length === 0)
  const message = `${name}: expected one of ${options.join(', ')}, got ${Object.keys(value).join(', ') || 'nothing'}`
  return [
    ...unknown,
    ...(missing ? [{ code: 'MISSING_KEY', path, message }] : []),
    ...presetSlips(value, path, description),
  ]
}

function ownKeys({ shape, verb }: Choice): readonly string[] {
  return shape === 'keys' ? ['key'] : keysOf(verbs.get(verb)?.schema ?? {})
}

function presetSlips(
  value: Readonly<Record<string, unknown>>,
  path: Path,
  { signals }: GatewayDescription,
): readonly Slip[] {
  const { preset } = value
  const presets = Object.entries(signals).find(([name]) => name in value)?.[1].presets
  if (typeof preset !== 'string' || presets === undefined || hasTemplate(preset) || presets.includes(preset))
    return []
  const near = suggest(preset, presets)
  const message = `preset: expected one of ${presets.join(', ')}, got ${showValue(preset)}`
  return [
    {
      code: 'BAD_VALUE',
      path: [...path, 'preset'],
      message,
      ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
    },
  ]
}
