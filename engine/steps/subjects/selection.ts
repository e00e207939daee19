import { Broken, type Mismatch } from '../../base/failure.ts'
import type { KubeObject, ResourceType } from '../../cluster/types.ts'
import type { KindDescription } from '../../gateway/description.ts'
import type { StepContext } from '../context.ts'
import { matcherOf, under } from '../matching.ts'

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

/** Which objects a step is about, and why others are not meant. */
export interface Selector {
  /** Whether it lies where the step looks; without a namespace, in those of the scenario. */
  readonly isInPlace: (object: KubeObject) => boolean
  /** Why an object in place is not selected; empty when it is. */
  readonly differs: (object: KubeObject) => readonly Mismatch[]
}

export function selectorOf(
  selection: Selection,
  context: StepContext,
  { namespaced }: ResourceType,
): Selector {
  const { namespace, name, labels, where } = selection
  const metadata = { ...(name === undefined ? {} : { name }), ...(labels === undefined ? {} : { labels }) }
  const matchesMetadata = matcherOf(metadata, context)
  const matches = matcherOf(where ?? {}, context, ['where'])
  const namespaces = namespace === undefined ? context.namespaces : [namespace]
  if (namespaced && namespaces.length === 0) throw nowhere(context)
  return {
    isInPlace: (object) => !namespaced || namespaces.includes(object.metadata.namespace ?? ''),
    differs: (object) => [...under('metadata', matchesMetadata(object.metadata)), ...matches(object)],
  }
}

/** Where nothing is looked at, nothing could ever be found. */
function nowhere(context: StepContext): Broken {
  return new Broken({
    code: 'NO_NAMESPACE',
    message: 'no namespace to look in: the step names none, and the scenario has none of its own',
    span: context.span(),
  })
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
  const { differs } = selectorOf(selection, context, type)
  return (await listInPlace(type, selection, context)).filter((object) => differs(object).length === 0)
}

/** Every object of a type where a step looks, selected or not. */
export async function listInPlace(
  type: ResourceType,
  selection: Selection,
  context: StepContext,
): Promise<readonly KubeObject[]> {
  return (await listWithVersion(type, selection, context)).objects
}

/** The same, with the state of the cluster that it shows: of several lists, that of the first. */
export async function listWithVersion(
  type: ResourceType,
  selection: Selection,
  context: StepContext,
): Promise<{ readonly objects: readonly KubeObject[]; readonly version: number }> {
  const own = selection.namespace === undefined ? context.namespaces : [selection.namespace]
  const namespaces = type.namespaced ? own : [undefined]
  const lists = await Promise.all(
    namespaces.map((namespace) => context.client.list(type, { namespace }, context.signal)),
  )
  return {
    objects: inOrder(lists.flatMap(({ items }) => items)),
    version: Math.min(...lists.map(({ resourceVersion }) => Number(resourceVersion))),
  }
}

/** By creation, ties by name. */
export function inOrder(objects: readonly KubeObject[]): readonly KubeObject[] {
  const key = ({ metadata }: KubeObject): string => `${metadata.creationTimestamp ?? ''} ${metadata.name}`
  return [...objects].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}
