import { Broken } from '../../base/failure.ts'
import type { KubeObject } from '../../cluster/types.ts'
import type { KindDescription } from '../../gateway/description.ts'
import type { StepContext } from '../context.ts'
import { matcherOf } from '../matching.ts'

/** Which objects a step is about. */
export interface ObjectSelection {
  readonly crd: string
  readonly namespace?: string
  readonly name?: string
  readonly labels?: Readonly<Record<string, string>>
  /** A matcher on the whole object. */
  readonly where?: unknown
}

export function kindOf(name: string, context: StepContext): KindDescription {
  const kind = context.description.kinds[name]
  if (kind !== undefined) return kind
  const known = Object.keys(context.description.kinds).join(', ')
  throw new Broken({
    code: 'UNKNOWN_KIND',
    message: `${name}: no such kind here; known are ${known}`,
    span: context.span('crd'),
  })
}

/** A predicate for objects in the selection; without a namespace, those in the scenario's own. */
export function selects(selection: ObjectSelection, context: StepContext): (object: KubeObject) => boolean {
  const matches = matcherOf(selection.where ?? {}, context)
  const labels = Object.entries(selection.labels ?? {})
  const namespaces = selection.namespace === undefined ? context.namespaces : [selection.namespace]
  return (object) =>
    namespaces.includes(object.metadata.namespace ?? '') &&
    (selection.name === undefined || object.metadata.name === selection.name) &&
    labels.every(([label, value]) => object.metadata.labels?.[label] === value) &&
    matches(object).length === 0
}

/** Asks the API server, so that what was written before this step is seen. In order of creation, then of name. */
export async function listSelected(
  selection: ObjectSelection,
  context: StepContext,
): Promise<readonly KubeObject[]> {
  const { type } = kindOf(selection.crd, context)
  const namespaces = selection.namespace === undefined ? context.namespaces : [selection.namespace]
  const lists = await Promise.all(
    namespaces.map((namespace) => context.client.list(type, { namespace }, context.signal)),
  )
  return inOrder(lists.flatMap(({ items }) => items).filter(selects(selection, context)))
}

/** By creation, ties by name. */
export function inOrder(objects: readonly KubeObject[]): readonly KubeObject[] {
  const key = ({ metadata }: KubeObject): string => `${metadata.creationTimestamp ?? ''} ${metadata.name}`
  return [...objects].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}
