import { setImmediate } from 'node:timers/promises'
import type { OutputSink } from './world.ts'

/** Whether something could not be written; a stream tells of that a turn later. */
export async function stdoutFailed(stdout: Pick<OutputSink, 'failed'>): Promise<boolean> {
  await setImmediate()
  return stdout.failed()
}
