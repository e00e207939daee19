import type { Clock } from '../base/clock.ts'
import type { Outage } from '../base/outage.ts'
import type { WatchHub } from '../cluster/watch-hub.ts'
import type { RestKubeClient } from '../cluster/client.ts'
import type { EventBody } from '../events/event.ts'
import type { Expressions } from '../expressions/expressions.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import type { Described } from '../scenario/validate-input.ts'
import type { Deployment } from '../targets/target.ts'
import type { GatewayLink } from './gateway-link.ts'
import type { Keep } from './keep.ts'
import type { Pauses } from './pauses.ts'
import type { SignalsSent } from './protocol.ts'
import type { Lull } from './lull.ts'
import type { StepReplay } from './replay/step-replay.ts'
import type { Stall } from './loops.ts'

/** What a thread shares among its lanes. */
export interface Services {
  readonly thread: number
  readonly run: string
  readonly seed: string
  readonly clock: Clock
  readonly client: RestKubeClient
  readonly hub: WatchHub
  readonly description: GatewayDescription
  /** The same with its compiled validators, for what a description adds to inputs. */
  readonly described?: Described
  /** All that the target has; absent where nothing is to be asked of their pods. */
  readonly deployments?: readonly Deployment[]
  readonly allowedKinds: readonly string[]
  readonly expressions: Expressions
  readonly env: Readonly<Record<string, string>>
  /** The thread's link to a deployment, which has just answered; rejects with `Broken`. */
  link(deployment: string): Promise<GatewayLink>
  /** Breaks a part of a deployment; resolves with what mends it. Rejects with `Broken` where that cannot be done. */
  breakTarget(deployment: string, outage: Outage): Promise<() => Promise<void>>
  /** Whether what attempts made stays; `never` unless given. */
  readonly keep?: Keep
  /** Where attempts that failed wait until they are looked at; absent when they need not. */
  readonly pauses?: Pauses
  /** Absent where removing is quick. */
  readonly lull?: Lull
  emit(event: EventBody): void
  /** When the loops of this thread or of the main one last stood still, if that ended after this moment; absent where time is not the machine's. */
  stalledSince?(moment: number): Stall | undefined
  /** Tells the host what is about to be sent, for the case that this thread is lost before the reply. */
  announceSignals?(news: SignalsSent): void
  /** Only where a recording is judged again. */
  readonly replay?: StepReplay
}
