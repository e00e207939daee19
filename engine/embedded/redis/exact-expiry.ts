import type { RedisServerState } from 'js-redis-server/core'
import type { Clock } from '../../base/clock.ts'

/** Takes each key away when its time is up, by one timer for each deadline; the returned function ends that. */
export function expireExactly(state: RedisServerState, clock: Clock): () => void {
  const cancels = new Set<() => void>()
  for (const database of state.databases) {
    database.subscribe((event) => {
      if (!('expiresAt' in event)) return
      // A key goes after its last millisecond.
      const cancel = clock.after(event.expiresAt + 1 - clock.wall(), () => {
        cancels.delete(cancel)
        void sweep(database, clock)
      })
      cancels.add(cancel)
    })
  }
  return () => {
    for (const cancel of cancels) cancel()
  }
}

async function sweep(database: RedisServerState['databases'][number], clock: Clock): Promise<void> {
  const turn = await database.turnQueue.waitTurn()
  try {
    database.sweepExpired(clock.wall())
  } finally {
    turn.release()
  }
}
