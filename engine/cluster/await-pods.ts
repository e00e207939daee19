import type { Clock } from '../base/clock.ts'
import { formatDuration } from '../base/duration.ts'
import { ForwardError } from './forward-error.ts'
import { readyPod, type PodIdentity, type PodQuery } from './ready-pod.ts'
import { PODS } from './resource-path.ts'
import type { ClusterConnection, KubeClient } from './types.ts'
import { createWatchHub } from './watch-hub.ts'

export interface PodWait extends PodQuery {
  readonly client: KubeClient
  readonly connection: ClusterConnection
  readonly clock: Clock
  /** Default 60 s. */
  readonly limitMs?: number
}

/**
 * Waits until a look at the pods of a namespace gives something, and looks again at each change of one of them; what
 * is so already needs no watch. Rejects with the last `ForwardError` of the look when the time is up.
 */
async function untilPods<T>(wait: PodWait, look: () => Promise<T | undefined>): Promise<T> {
  return (await look()) ?? untilChanged(wait, look)
}

async function untilChanged<T>(wait: PodWait, look: () => Promise<T | undefined>): Promise<T> {
  const { connection, clock, namespace, limitMs = 60_000 } = wait
  const hub = createWatchHub({ connection, clock, namespace })
  const late = new AbortController()
  const cancel = clock.after(limitMs, () => late.abort())
  const pods = hub.open(PODS)
  let wake = (): void => undefined
  const end = pods.subscribe(() => wake())
  late.signal.addEventListener('abort', () => wake(), { once: true })
  try {
    for (;;) {
      const changed = new Promise<void>((resolve) => (wake = resolve))
      const found = await look()
      if (found !== undefined) return found
      if (late.signal.aborted)
        throw new ForwardError(`waited ${formatDuration(limitMs)} for ${wait.labelSelector}`)
      await changed
    }
  } finally {
    end()
    cancel()
    hub.close()
  }
}

/** The newest ready pod, which is there within the limit. */
export async function untilReady(
  wait: PodWait,
  isMeant?: (pod: PodIdentity) => boolean,
): Promise<PodIdentity> {
  let reason: unknown
  try {
    return await untilPods(wait, async () => {
      try {
        const pod = await readyPod(wait.client, wait)
        return isMeant?.(pod) === false ? undefined : pod
      } catch (error) {
        if (!(error instanceof ForwardError)) throw error
        reason = error
        return undefined
      }
    })
  } catch (error) {
    if (!(error instanceof ForwardError) || reason === undefined) throw error
    throw new ForwardError(`${error.message}: ${(reason as Error).message}`, { cause: reason })
  }
}

/** Resolves when no pod is left, not even one that is ending; or not this one, whatever else there is. */
export async function untilGone(wait: PodWait, uid?: string): Promise<void> {
  const { client, namespace, labelSelector } = wait
  await untilPods(wait, async () => {
    const { items } = await client.list(PODS, { namespace, labelSelector })
    const left = items.filter(({ metadata }) => uid === undefined || metadata.uid === uid)
    return left.length === 0 ? true : undefined
  })
}
