import type { Leftover } from '../events/event.ts'
import type { RunState } from '../events/run-state.ts'
import { leftBehind } from '../run/cleanup.ts'

/** What a run leaves that ends without tidying up: everything of the attempts that have not ended. */
export function abandoned({ running }: RunState, reason: string): readonly Leftover[] {
  return [...running.values()].flatMap(({ attempts }) =>
    attempts
      .filter(({ outcome }) => outcome === undefined)
      .flatMap(({ namespaces }) => leftBehind(Object.values(namespaces), reason)),
  )
}
