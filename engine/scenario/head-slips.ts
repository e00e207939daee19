import { isObject } from '../base/json.ts'
import type { Path } from '../base/span.ts'
import { suggest } from '../base/suggest.ts'
import { hasTemplate } from '../document/template.ts'
import type { Surroundings } from './surroundings.ts'
import { fileSchema } from './file-schema.ts'
import { keysOf } from './grammar.ts'
import type { Slip } from './slip.ts'

/** What is wrong with the keys around the steps, beyond their shape. */
export function headSlips(file: Readonly<Record<string, unknown>>, around: Surroundings): readonly Slip[] {
  return [...staticSlips(file), ...profileSlips(file, around), ...tagSlips(file, around), ...envSlips(file)]
}

const EVALUATED = ['vars', 'steps', 'finally', 'onFailure', 'skip']
const STATIC = new Set(keysOf(fileSchema).filter((key) => !EVALUATED.includes(key)))

/** A template where nothing evaluates it would go out as it stands. */
function staticSlips(file: Readonly<Record<string, unknown>>): readonly Slip[] {
  const found: Slip[] = []
  const look = (value: unknown, path: Path): void => {
    if (typeof value === 'string' && hasTemplate(value)) {
      const message = `${String(path[0])}: \${…} is not evaluated here`
      found.push({ code: 'TEMPLATE_NOT_HERE', path, message, hint: 'it works in vars and in steps' })
    } else if (Array.isArray(value)) value.forEach((item, index) => look(item, [...path, index]))
    else if (isObject(value)) for (const [key, member] of Object.entries(value)) look(member, [...path, key])
  }
  for (const [key, value] of Object.entries(file)) if (STATIC.has(key)) look(value, [key])
  return found
}

function profileSlips(
  { gateway }: Readonly<Record<string, unknown>>,
  { profiles }: Surroundings,
): readonly Slip[] {
  const profile = isObject(gateway) ? gateway['profile'] : gateway
  const path = isObject(gateway) ? ['gateway', 'profile'] : ['gateway']
  if (typeof profile !== 'string' || profile === 'none' || profiles.includes(profile) || hasTemplate(profile))
    return []
  const known = [...profiles, 'none']
  const near = suggest(profile, known)
  const hint = near === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${near}?`
  return [{ code: 'UNKNOWN_PROFILE', path, message: `${profile}: no such profile`, hint }]
}

function tagSlips({ tags }: Readonly<Record<string, unknown>>, around: Surroundings): readonly Slip[] {
  const declared = around.tags
  if (declared === undefined || !Array.isArray(tags)) return []
  return tags.flatMap((tag: unknown, index) => {
    if (typeof tag !== 'string' || declared.includes(tag)) return []
    const near = suggest(tag, declared)
    const hint = near === undefined ? `declared are ${declared.join(', ')}` : `did you mean ${near}?`
    return [
      {
        code: 'UNDECLARED_TAG',
        path: ['tags', index],
        message: `${tag}: the configuration declares no such tag`,
        hint,
      },
    ]
  })
}

/** `env('NAME')` with the name written out; any other is refused when it is evaluated. */
const ENV_CALL = /\benv\(\s*(['"])(\w+)\1\s*\)/g

function envSlips({ env, vars }: Readonly<Record<string, unknown>>): readonly Slip[] {
  const listed: readonly unknown[] = Array.isArray(env) ? env : []
  return Object.entries(isObject(vars) ? vars : {}).flatMap(([name, value]) => {
    if (typeof value !== 'string' || !hasTemplate(value)) return []
    return [...value.matchAll(ENV_CALL)]
      .filter(([, , variable]) => !listed.includes(variable))
      .map(({ 0: call, 2: variable = '', index }) => ({
        code: 'ENV_NOT_LISTED',
        path: ['vars', name],
        within: { start: index, end: index + call.length },
        message: `${variable}: env lists no such variable`,
        hint: `add env: [${[...listed, variable].join(', ')}]`,
      }))
  })
}
