import type { Kept, Leftover } from '../events/event.ts'
import type { Opened } from './attempt-setup.ts'
import { cleanUp } from './cleanup.ts'
import { collectDiagnostics, type DiagnosticsRequest } from './diagnostics.ts'
import type { GatewayLink } from './gateway-link.ts'
import { keeps, keptOf } from './keep.ts'
import type { Ledger } from './ledger.ts'
import type { ObservedObjects } from './observed-objects.ts'
import type { AttemptOrder } from './protocol.ts'
import type { Services } from './services.ts'
import { pauseAfter } from './pause-after.ts'
import { settle, unaccounted } from './settle.ts'
import type { Story } from './story.ts'

export interface Tidying {
  readonly order: AttemptOrder
  readonly services: Services
  readonly cancel: AbortSignal
  readonly namespaces: Readonly<Record<string, string>>
  readonly opened: Opened
  readonly story: Story
  /** When the attempt began, Unix milliseconds. */
  readonly since: number
}

/** What is still there: because it could not be removed, or because it was to stay. */
export interface Tidied {
  readonly leftovers: readonly Leftover[]
  readonly kept?: readonly Kept[]
}

/** Settles the ledger, then removes everything unless it is to stay; what is unaccounted is the failure unless there is one already. */
export async function tidy(tidying: Tidying): Promise<Tidied> {
  const { opened, story, cancel } = tidying
  const { link, observed, ledger } = opened
  try {
    const settles = story.failure?.outcome !== 'cancelled'
    if (settles && link !== undefined && observed !== undefined && ledger !== undefined)
      await story.record(() => account({ link, observed, ledger, signal: cancel }, tidying))
    await tellWhy(tidying)
    await pauseAfter(story, tidying)
    const { order, services, namespaces } = tidying
    if (keeps(services.keep, order.scenario, story.failure))
      return { leftovers: [], kept: keptOf(Object.values(namespaces), services.description) }
    if (mayWait(tidying)) await services.lull?.comes(cancel)
    return { leftovers: await remove(tidying) }
  } finally {
    observed?.stop()
  }
}

/** Nobody waits for the end of an attempt that went well, unless it holds what others need. */
function mayWait({ order: { scenario }, story }: Tidying): boolean {
  return story.failure === undefined && !scenario.exclusive && scenario.locks.length === 0 && !scenario.serial
}

/** While there is something to ask, and before it is removed. */
async function tellWhy({ order, services, namespaces, opened, story, since }: Tidying): Promise<void> {
  if (story.failure === undefined || story.failure.outcome === 'cancelled' || services.replay !== undefined)
    return
  const found = await collectDiagnostics({
    order,
    services,
    since,
    namespaces: Object.values(namespaces),
    names: opened.scope?.uniques ?? [],
    ...keysOf(opened),
  })
  for (const event of found) services.emit(event)
}

/** What became of the keys that replies were about. */
function keysOf({ link, ledger }: Opened): Pick<DiagnosticsRequest, 'keys'> {
  if (link === undefined || ledger === undefined) return {}
  return { keys: { redis: link.redis, names: [...ledger.keys(link.deployment.version)] } }
}

function remove({ order, services, namespaces, opened }: Tidying): Promise<readonly Leftover[]> {
  const { link, observed, ledger } = opened
  const names = order.scenario.namespaces.map(({ name }) => namespaces[name] ?? name)
  return cleanUp({ services, link, observed, ledger, namespaces: names })
}

interface Accounting {
  readonly link: GatewayLink
  readonly observed: ObservedObjects
  readonly ledger: Ledger
  readonly signal: AbortSignal
}

async function account(
  { link, observed, ledger, signal }: Accounting,
  { order, services, story }: Tidying,
): Promise<void> {
  const { clock, description } = services
  const open = await settle({ ledger, observed, clock, signal })
  const silent = order.scenario.ledgerOff !== undefined || story.failure !== undefined
  if (open.length === 0 || silent) return
  throw await unaccounted(open, {
    description,
    settings: link.settings,
    version: link.deployment.version,
    redis: link.redis,
  })
}
