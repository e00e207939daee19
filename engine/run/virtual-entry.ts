import { patchGlobals } from '../embedded/virtual/globals.ts'
import type { ThreadTask } from './protocol.ts'

// Whatever is loaded after this finds the patched globals.
patchGlobals()

/** A thread whose scenarios each have a time, a cluster and a gateway of their own. */
export default async function entry(task: ThreadTask): Promise<void> {
  const { virtualThread } = await import('./virtual-thread.ts')
  await virtualThread(task)
}
