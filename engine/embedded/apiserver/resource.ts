import type { ResourceType } from '../../cluster/types.ts'
import type { Column } from './columns.ts'
import type { ObjectSchema } from './schema/object-schema.ts'

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection'

/** A kind of object the server keeps: core kinds by a table, custom ones from their definition. */
export interface Resource extends ResourceType {
  readonly singular: string
  readonly shortNames: readonly string[]
  /** Words that stand for several resources, such as `all`. */
  readonly categories: readonly string[]
  readonly listKind: string
  /** The main endpoint leaves `status` alone and `/status` writes nothing else. */
  readonly hasStatus: boolean
  readonly readOnly: boolean
  /** What `kubectl get` prints after the name. */
  readonly columns: readonly Column[]
  /** Present on custom resources only. */
  readonly schema?: ObjectSchema
}

const EVERY_VERB: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
]

export function verbsOf(resource: Resource): readonly Verb[] {
  return resource.readOnly ? ['get', 'list', 'watch'] : EVERY_VERB
}

/** `v1` or `apps/v1`. */
export function apiVersionOf({ group, version }: Pick<ResourceType, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`
}

/** What tells two resources apart. */
export function keyOf({ group, plural }: Pick<ResourceType, 'group' | 'plural'>): string {
  return `${group}/${plural}`
}

/** The resources of one server. */
export class Resources {
  readonly all: readonly Resource[]

  constructor(all: readonly Resource[]) {
    this.all = all
  }

  find(type: Pick<ResourceType, 'group' | 'version' | 'plural'>): Resource | undefined {
    return this.all.find(
      ({ group, version, plural }) =>
        group === type.group && version === type.version && plural === type.plural,
    )
  }

  ofKind(apiVersion: string, kind: string): Resource | undefined {
    return this.all.find((resource) => resource.kind === kind && apiVersionOf(resource) === apiVersion)
  }

  ofGroup(group: string, version: string): readonly Resource[] {
    return this.all.filter((resource) => resource.group === group && resource.version === version)
  }

  /** The named groups with their version, in the order of their first resource. */
  groups(): readonly { readonly group: string; readonly version: string }[] {
    const seen = new Map<string, { group: string; version: string }>()
    for (const { group, version } of this.all) {
      if (group !== '') seen.set(`${group}/${version}`, { group, version })
    }
    return [...seen.values()]
  }
}
