import { Broken } from '../../base/failure.ts'
import type { KubeObject, ResourceType } from '../../cluster/types.ts'
import type { KindDescription } from '../../gateway/description.ts'
import type { StepContext } from '../context.ts'
import { matcherOf } from '../matching.ts'

/** Which objects of a kind a step is about. */
export interface Selection {
  readonly namespace?: string
  readonly name?: string
  readonly labels?: Readonly<Record<string, string>>
  /** A matcher on the whole object. */
  readonly where?: unknown
}

/** Objects of a kind that the gateway writes. */
export interface ObjectSelection extends Selection {
  readonly crd: string
}

/** The kind that an input names, by `crd` or by `resource`. */
export async function typeNamed(
  {
    crd,
    resource,
  }: {
    readonly crd?: string | undefined
    readonly resource?: Readonly<Record<'kind' | 'apiVersion', string>> | undefined
  },
  place: string,
  context: StepContext,
): Promise<ResourceType> {
  if (resource === undefined) return kindOf(crd ?? '', context).type
  const { kind, apiVersion } = resource
  const type = await context.resourceType(apiVersion, kind)
  if (type !== undefined) return type
  throw new Broken({
    code: 'UNKNOWN_KIND',
    message: `${kind}: the cluster has no such kind in ${apiVersion}`,
    span: context.span(place),
  })
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
export function selects(
  selection: Selection,
  context: StepContext,
  { namespaced }: ResourceType,
): (object: KubeObject) => boolean {
  const matches = matcherOf(selection.where ?? {}, context)
  const labels = Object.entries(selection.labels ?? {})
  const namespaces = selection.namespace === undefined ? context.namespaces : [selection.namespace]
  return (object) =>
    (!namespaced || namespaces.includes(object.metadata.namespace ?? '')) &&
    (selection.name === undefined || object.metadata.name === selection.name) &&
    labels.every(([label, value]) => object.metadata.labels?.[label] === value) &&
    matches(object).length === 0
}

/** Asks the API server, so that what was written before this step is seen. In order of creation, then of name. */
export async function listSelected(
  selection: ObjectSelection,
  context: StepContext,
): Promise<readonly KubeObject[]> {
  return listOf(kindOf(selection.crd, context).type, selection, context)
}

/** The same for a type that is known. */
export async function listOf(
  type: ResourceType,
  selection: Selection,
  context: StepContext,
): Promise<readonly KubeObject[]> {
  const own = selection.namespace === undefined ? context.namespaces : [selection.namespace]
  const namespaces = type.namespaced ? own : [undefined]
  const lists = await Promise.all(
    namespaces.map((namespace) => context.client.list(type, { namespace }, context.signal)),
  )
  return inOrder(lists.flatMap(({ items }) => items).filter(selects(selection, context, type)))
}

/** By creation, ties by name. */
export function inOrder(objects: readonly KubeObject[]): readonly KubeObject[] {
  const key = ({ metadata }: KubeObject): string => `${metadata.creationTimestamp ?? ''} ${metadata.name}`
  return [...objects].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}
