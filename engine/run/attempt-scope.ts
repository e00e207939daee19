import type { Span } from '../base/span.ts'
import type { GatewayLink } from './gateway-link.ts'
import type { HeldSignals } from './held-signals.ts'
import type { Ledger } from './ledger.ts'
import type { ObservedObjects } from './observed-objects.ts'
import type { Outages } from './outages.ts'
import type { AttemptOrder } from './protocol.ts'
import type { Scope } from './scope.ts'
import type { Services } from './services.ts'
import type { Samples } from '../steps/prometheus.ts'

/** All that the steps of one attempt share. */
export interface AttemptScope {
  readonly order: AttemptOrder
  readonly services: Services
  readonly scope: Scope
  /** Of the file that the steps stand in, by dotted path. */
  readonly spans: Readonly<Record<string, Span>>
  /** The words with which that file names templates → their files. */
  readonly uses: Readonly<Record<string, string>>
  readonly namespaces: Readonly<Record<string, string>>
  /** When it began, Unix milliseconds. */
  readonly startedWall: number
  readonly observed: ObservedObjects
  readonly ledger: Ledger
  /** What the gateway keeps back of what was sent. */
  readonly held: HeldSignals
  readonly baseline: Samples | undefined
  /** Names that some metric counts from, so that metrics are taken when their step begins. */
  readonly moments: ReadonlySet<string>
  /** What the scenario has broken itself. */
  readonly outages: Outages
  /** The client address this attempt tells the gateway. */
  readonly from: string
  /** Throws `Broken` in a scenario with `gateway: none`. */
  needLink(): GatewayLink
}
