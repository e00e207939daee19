import { isObject } from '../../base/json.ts'
import type { Resource } from './resource.ts'
import type { Selection } from './selectors.ts'
import { badRequest, expired, StatusError } from './status-error.ts'
import type { Store } from './store.ts'
import type { StoredObject } from './stored-object.ts'

/** One page of a list. */
export interface Page {
  readonly items: readonly StoredObject[]
  readonly metadata: {
    readonly resourceVersion: string
    readonly continue?: string
    readonly remainingItemCount?: number
  }
}

interface Token {
  readonly revision: number
  /** The key of the last object that was given out. */
  readonly after: string
}

export interface ListRequest {
  readonly resource: Resource
  readonly namespace: string | undefined
  readonly query: URLSearchParams
  readonly selected: Selection
}

/**
 * Lists what is there now. Later pages bear the revision of the first one, so that a watch from it misses nothing;
 * they end with a 410 when the history no longer reaches that far.
 */
export function listPage(store: Store, { resource, namespace, query, selected }: ListRequest): Page {
  checkVersion(query.get('resourceVersion') ?? '', store.revision)
  const token = readToken(query.get('continue') ?? '')
  if (token !== undefined && store.since(token.revision) === undefined) throw tokenExpired()
  const all = store.list(resource, namespace, selected)
  const rest = token === undefined ? all : all.filter((object) => listKey(object) > token.after)
  const limit = readLimit(query.get('limit'))
  const items = limit === 0 ? rest : rest.slice(0, limit)
  const revision = token?.revision ?? store.revision
  const last = items.at(-1)
  if (last === undefined || items.length === rest.length) {
    return { items, metadata: { resourceVersion: String(revision) } }
  }
  const selective = query.has('labelSelector') || query.has('fieldSelector')
  return {
    items,
    metadata: {
      resourceVersion: String(revision),
      continue: writeToken({ revision, after: listKey(last) }),
      ...(selective ? {} : { remainingItemCount: rest.length - items.length }),
    },
  }
}

function listKey({ metadata }: StoredObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}

function readLimit(text: string | null): number {
  const limit = Number(text ?? 0)
  if (!Number.isInteger(limit) || limit < 0)
    throw badRequest(`limit: expected a whole number, got ${text ?? ''}`)
  return limit
}

function writeToken(token: Token): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url')
}

function readToken(text: string): Token | undefined {
  if (text === '') return undefined
  const token = parse(Buffer.from(text, 'base64url').toString())
  if (isObject(token) && Number.isInteger(token['revision']) && typeof token['after'] === 'string') {
    return { revision: Number(token['revision']), after: token['after'] }
  }
  throw badRequest('invalid continue token: continue key is not valid')
}

/** Throws for a version that is none, or that this server has yet to reach. */
function checkVersion(asked: string, newest: number): void {
  if (asked === '' || asked === '0') return
  if (!/^\d+$/.test(asked)) throw badRequest(`invalid resource version: ${notANumber(asked)}`)
  if (Number(asked) <= newest) return
  const message = `Timeout: Too large resource version: ${asked}, current: ${newest}`
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }]
  throw new StatusError(504, 'Timeout', message, { causes, retryAfterSeconds: 1 })
}

export function notANumber(version: string): string {
  return `resourceVersion: Invalid value: ${JSON.stringify(version)}: expected a whole number`
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function tokenExpired(): Error {
  return expired(
    'The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.',
  )
}
