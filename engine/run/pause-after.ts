import type { Opened } from './attempt-setup.ts'
import type { AttemptOrder } from './protocol.ts'
import type { Services } from './services.ts'
import type { Story } from './story.ts'

export interface Pausing {
  readonly order: AttemptOrder
  readonly services: Services
  readonly cancel: AbortSignal
  readonly opened: Opened
}

/** Waits, once, when there is a failure that nobody expects and somebody wants to look at. */
export async function pauseAfter(story: Story, { order, services, cancel, opened }: Pausing): Promise<void> {
  const { scenario, attempt } = order
  const { failure, wasPaused } = story
  const isExpected = scenario.knownGap !== undefined || scenario.quarantine !== undefined
  if (services.pauses === undefined || failure === undefined || wasPaused) return
  if (failure.outcome === 'cancelled' || isExpected) return
  story.wasPaused = true
  const since = services.clock.now()
  await services.pauses.begin(
    { scenario: scenario.id, attempt, failure, forwards: opened.link?.forwards ?? [] },
    cancel,
  )
  story.pausedMs += services.clock.now() - since
}
