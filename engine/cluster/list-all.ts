import { isObject } from '../base/json.ts'
import { TransportError } from '../http/transport-error.ts'
import { ApiError } from './api-error.ts'
import { collectionPath, queryText } from './resource-path.ts'
import type { KubeObject, ListOptions, ObjectList, ResourceType } from './types.ts'

const PAGE_SIZE = 500

/** Reads every page of a list; begins again in one piece when the server has forgotten where a page ended. */
export async function listAll(
  fetch: (path: string) => Promise<string>,
  type: ResourceType,
  options: ListOptions = {},
): Promise<ObjectList> {
  const items: KubeObject[] = []
  let from: string | undefined
  try {
    for (;;) {
      const page = await listPage(fetch, type, { ...options, limit: PAGE_SIZE, from })
      items.push(...page.items)
      if (page.next === undefined) return { items, resourceVersion: page.resourceVersion }
      from = page.next
    }
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 410 || from === undefined) throw error
    return listPage(fetch, type, options)
  }
}

interface PageOptions extends ListOptions {
  readonly limit?: number
  readonly from?: string | undefined
}

interface Page extends ObjectList {
  readonly next: string | undefined
}

async function listPage(
  fetch: (path: string) => Promise<string>,
  type: ResourceType,
  { namespace, labelSelector, fieldSelector, limit, from }: PageOptions,
): Promise<Page> {
  const query = queryText({ limit, continue: from, labelSelector, fieldSelector })
  const path = collectionPath(type, namespace)
  const body = parseObject(await fetch(`${path}${query}`), `GET ${path}`)
  const metadata = isObject(body['metadata']) ? body['metadata'] : {}
  const { continue: next, resourceVersion } = metadata
  const items = Array.isArray(body['items']) ? (body['items'] as unknown[]) : []
  return {
    items: items.map((item) => withType(item, type)),
    resourceVersion: typeof resourceVersion === 'string' ? resourceVersion : '',
    next: typeof next === 'string' && next !== '' ? next : undefined,
  }
}

/** Lists of built-in types leave out what their items are. */
function withType(item: unknown, { group, version, kind }: ResourceType): KubeObject {
  const apiVersion = group === '' ? version : `${group}/${version}`
  return { apiVersion, kind, ...(item as Omit<KubeObject, 'apiVersion' | 'kind'>) } as KubeObject
}

/** A JSON object from the server, or a `TransportError` when it is something else. */
export function parseObject(body: string, doing: string): Record<string, unknown> {
  const reason = `the reply is not a JSON object: ${body.slice(0, 80)}`
  try {
    const parsed: unknown = JSON.parse(body)
    if (isObject(parsed)) return parsed
  } catch (cause) {
    throw new TransportError({ kind: 'protocol', sent: true, doing, reason, cause })
  }
  throw new TransportError({ kind: 'protocol', sent: true, doing, reason })
}
