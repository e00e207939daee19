import { apiVersionOf, type Resource } from './resource.ts'
import type { Page } from './listing.ts'
import type { StoredObject } from './stored-object.ts'
import { wantsPartial, wantsTable } from './negotiation.ts'
import { partial, tableOf, type RowObject } from './table.ts'

const META = 'meta.k8s.io/v1'

/** How one request wants its objects: whole, as metadata only, or as rows of a table. */
export interface Presentation {
  one(object: StoredObject): unknown
  /** One object of a watch; a table names its columns once, in the first. */
  next(object: StoredObject): unknown
  page(page: Page): unknown
  /** The last word of a stretch of a watch: an object with nothing but a revision. */
  bookmark(revision: number, annotations?: Readonly<Record<string, string>>): unknown
}

/** Reads `Accept` and `includeObject`. */
export function presentation(
  resource: Resource,
  accept: string,
  query: URLSearchParams,
  wall: () => number,
): Presentation {
  if (wantsTable(accept)) return asTable(resource, rowObject(query.get('includeObject')), wall)
  if (wantsPartial(accept)) return asMetadata()
  const apiVersion = apiVersionOf(resource)
  return {
    one: (object) => object,
    next: (object) => object,
    page: ({ items, metadata }) => ({ kind: resource.listKind, apiVersion, metadata, items }),
    bookmark: (revision, annotations) => ({
      kind: resource.kind,
      apiVersion,
      metadata: bookmarkMeta(revision, annotations),
    }),
  }
}

function asMetadata(): Presentation {
  const one = (object: StoredObject): unknown => partial(object)
  return {
    one,
    next: one,
    page: ({ items, metadata }) => ({
      kind: 'PartialObjectMetadataList',
      apiVersion: META,
      metadata,
      items: items.map(partial),
    }),
    bookmark: (revision, annotations) => ({
      kind: 'PartialObjectMetadata',
      apiVersion: META,
      metadata: bookmarkMeta(revision, annotations),
    }),
  }
}

function asTable(resource: Resource, rows: RowObject, wall: () => number): Presentation {
  let first = true
  const render = (items: readonly StoredObject[], metadata: object, columns: boolean): unknown =>
    tableOf(resource, items, { metadata, rows, columns, wallMs: wall() })
  return {
    one: (object) => render([object], { resourceVersion: object.metadata.resourceVersion }, true),
    next(object) {
      const columns = first
      first = false
      return render([object], { resourceVersion: object.metadata.resourceVersion }, columns)
    },
    page: ({ items, metadata }) => render(items, metadata, true),
    bookmark: (revision, annotations) => {
      const table = render([], { resourceVersion: String(revision) }, false) as object
      const metadata = bookmarkMeta(revision, annotations)
      return {
        ...table,
        rows: [{ cells: [], object: { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata } }],
      }
    },
  }
}

function bookmarkMeta(revision: number, annotations?: Readonly<Record<string, string>>): object {
  return {
    resourceVersion: String(revision),
    creationTimestamp: null,
    ...(annotations === undefined ? {} : { annotations }),
  }
}

function rowObject(text: string | null): RowObject {
  return text === 'None' || text === 'Object' ? text : 'Metadata'
}
