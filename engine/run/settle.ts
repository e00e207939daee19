import type { Clock } from '../base/clock.ts'
import { Failed, describeError } from '../base/failure.ts'
import { formatDuration } from '../base/duration.ts'
import type { GatewayDescription, LedgerEntry, Settings } from '../gateway/description.ts'
import type { RedisClient } from '../redis/redis-client.ts'
import type { SignalAccount } from '../steps/signal-account.ts'
import type { Ledger } from './ledger.ts'
import type { ObservedObjects } from './observed-objects.ts'

/** Beyond the gateway's own timers, for the creation of the object and the news of it. */
const GRACE_MS = 2000

export interface SettleOptions {
  readonly ledger: Ledger
  readonly observed: ObservedObjects
  readonly clock: Clock
  /** Aborted when the run is stopped; the deadlines of the ledger are its only other limit. */
  readonly signal: AbortSignal
}

/** Waits until every accepted signal is accounted for, as long as the gateway's timers allow; gives what is not. */
export async function settle({
  ledger,
  observed,
  clock,
  signal,
}: SettleOptions): Promise<readonly LedgerEntry[]> {
  for (;;) {
    const open = ledger.open(observed.sightings())
    const left = ledger.deadline(open) + GRACE_MS - clock.wall()
    if (open.length === 0 || left <= 0) return open
    await observed.change(left, signal)
  }
}

export interface UnaccountedOptions {
  readonly description: GatewayDescription
  readonly settings: Settings
  readonly version: string
  readonly redis: RedisClient
}

/** The failure that names signals which the gateway accepted and nothing shows for. */
export async function unaccounted(
  open: readonly LedgerEntry[],
  options: UnaccountedOptions,
): Promise<Failed> {
  const { ledger } = options.description
  const { signals, keys } = await describe(open, options)
  const waited = formatDuration(ledger.longestPendingMs(options.settings) + GRACE_MS)
  return new Failed({
    code: 'UNACCOUNTED',
    message: `${open.length === 1 ? 'a signal was' : `${open.length} signals were`} accepted by the gateway and ${open.length === 1 ? 'is' : 'are'} in no object`,
    notes: [
      ...signals,
      `waited ${waited} after the last reply, which is what the gateway's timers allow`,
      ...keys,
    ],
  })
}

/** What these signals are and what was answered, and what became of the keys of the first. */
async function describe(
  open: readonly LedgerEntry[],
  options: UnaccountedOptions,
): Promise<{ readonly signals: readonly string[]; readonly keys: readonly string[] }> {
  const { ledger } = options.description
  const [first] = open
  const titles = open
    .slice(0, 5)
    .map((entry) => `unaccounted: ${ledger.title(entry)}, answered ${entry.status} ${replyText(entry)}`)
  const rest = open.length > 5 ? [`and ${open.length - 5} more`] : []
  return {
    signals: [...titles, ...rest],
    keys: first === undefined ? [] : await whatBecameOf(first, options),
  }
}

/** The ledger as steps see it, on their way. */
export function accountOf(
  { ledger, observed, clock }: Omit<SettleOptions, 'signal'>,
  options: () => UnaccountedOptions,
): SignalAccount {
  return {
    open: () => ledger.open(observed.sightings()),
    patienceMs: (entries) => Math.max(0, ledger.deadline(entries) + GRACE_MS - clock.wall()),
    tell: async (entries) => {
      const { signals, keys } = await describe(entries, options())
      return [...signals, ...keys]
    },
    subscribe: (changed) => observed.subscribe(changed),
  }
}

function replyText({ body }: LedgerEntry): string {
  return JSON.stringify(body).slice(0, 200)
}

async function whatBecameOf(
  entry: LedgerEntry,
  { description, version, redis }: UnaccountedOptions,
): Promise<readonly string[]> {
  return Promise.all(description.ledger.keysOf(entry, version).map((key) => keyText(key, redis)))
}

async function keyText(key: string, redis: RedisClient): Promise<string> {
  try {
    const { type, ttlMs } = await redis.look(key)
    const life = ttlMs === null ? '' : `, ${formatDuration(Math.round(ttlMs))} to live`
    return type === 'none' ? `redis: ${key} is not there` : `redis: ${key} is a ${type}${life}`
  } catch (error) {
    return `redis: ${key} cannot be read: ${describeError(error)}`
  }
}
