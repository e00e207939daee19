import { isObject } from '../base/json.ts'

export interface NamedKind {
  readonly kind: string
  readonly apiVersion: string
}

/** The kinds that `resource` names anywhere in these inputs, each once; one that a template makes is not known yet. */
export function kindsNamed(inputs: unknown): readonly NamedKind[] {
  const kinds = new Map<string, NamedKind>()
  visit(inputs, (kind) => kinds.set(`${kind.apiVersion} ${kind.kind}`, kind))
  return [...kinds.values()]
}

function visit(value: unknown, found: (kind: NamedKind) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, found)
  if (!isObject(value)) return
  const named = value['resource']
  if (isObject(named)) {
    const { kind, apiVersion } = named
    const isPlain = (text: unknown): text is string => typeof text === 'string' && !text.includes('${')
    if (isPlain(kind) && isPlain(apiVersion)) found({ kind, apiVersion })
  }
  for (const member of Object.values(value)) visit(member, found)
}
