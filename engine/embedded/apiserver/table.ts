import type { Resource } from './resource.ts'
import type { StoredObject } from './stored-object.ts'

/** What a row carries beside its cells. */
export type RowObject = 'None' | 'Metadata' | 'Object'

export interface TableOptions {
  readonly metadata: object
  readonly rows: RowObject
  /** Whether the columns are named. */
  readonly columns: boolean
  readonly wallMs: number
}

/** The `Table` that `kubectl get` prints: the name, then the columns of the resource. */
export function tableOf(resource: Resource, items: readonly StoredObject[], options: TableOptions): unknown {
  const { metadata, rows, columns, wallMs } = options
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns ? definitions(resource) : [],
    rows: items.map((item) => ({
      cells: [item.metadata.name, ...resource.columns.map(({ cell }) => cell(item, wallMs))],
      ...(rows === 'None' ? {} : { object: rows === 'Object' ? item : partial(item) }),
    })),
  }
}

function definitions(resource: Resource): readonly unknown[] {
  const name = {
    name: 'Name',
    type: 'string',
    format: 'name',
    description: 'name of the object',
    priority: 0,
  }
  const others = resource.columns.map(({ name, type, format, description, priority }) => ({
    name,
    type,
    format: format ?? '',
    description,
    priority,
  }))
  return [name, ...others]
}

export function partial({ metadata }: StoredObject): unknown {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata }
}
