import { isObject } from '../base/json.ts'
import { writableKinds } from '../steps/allowed-objects.ts'
import type { Slip } from './slip.ts'
import type { PlacedStep } from './steps-in.ts'
import type { Surroundings } from './surroundings.ts'

type Around = Pick<Surroundings, 'allowedKinds' | 'described'>

/** What a scenario may not write to, where the file says so already; templates are judged when the step runs. */
export function writingSlips(steps: readonly PlacedStep[], around: Around): readonly Slip[] {
  return steps.flatMap((placed) => [
    ...kindSlips(placed, ['apply', 'kind'], around),
    ...kindSlips(placed, ['delete', 'resource', 'kind'], around),
    ...namespaceSlips(placed, ['apply', 'metadata', 'namespace']),
    ...namespaceSlips(placed, ['delete', 'namespace']),
    ...namespaceSlips(placed, ['patch', 'namespace']),
    ...keySlips(placed, ['redis', 'on', 'key']),
  ])
}

function kindSlips({ step, path }: PlacedStep, place: readonly string[], around: Around): readonly Slip[] {
  const kind = literalAt(step, place)
  const allowed = writableKinds(around.described.description, around.allowedKinds)
  if (kind === undefined || allowed.includes(kind)) return []
  const message = `${kind}: scenarios may not write this kind; allowed are ${allowed.join(', ')}`
  const hint = 'a namespaced kind more is allowed by allow: { kinds: […] } in gwscen.config.yaml'
  return [{ code: 'KIND_NOT_ALLOWED', path: [...path, ...place], message, hint }]
}

/** Namespaces of a scenario have unique names, so a name that is written out is of somebody else. */
function namespaceSlips({ step, path }: PlacedStep, place: readonly string[]): readonly Slip[] {
  const namespace = literalAt(step, place)
  if (namespace === undefined) return []
  const message = `${namespace}: nothing outside the namespaces of this scenario is written to`
  const hint = 'list a name under namespaces: and write "${ns.NAME}"'
  return [{ code: 'FOREIGN_NAMESPACE', path: [...path, ...place], message, hint }]
}

function keySlips({ step, path }: PlacedStep, place: readonly string[]): readonly Slip[] {
  const key = literalAt(step, place)
  if (key === undefined) return []
  const message = `${key}: the key holds no name of this scenario, and Redis serves others, too`
  const hint = 'put a namespace or a unique() name into it, such as "${ns.app}"'
  return [{ code: 'FOREIGN_KEY', path: [...path, ...place], message, hint }]
}

/** A text without templates; undefined when there is another value or none. */
function literalAt(value: unknown, place: readonly string[]): string | undefined {
  const found = place.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value)
  return typeof found === 'string' && !found.includes('${') ? found : undefined
}
