import { systemClock } from '../../base/clock.ts'

const LOOK_MS = 20

/** Looks again and again until it holds; ended by the limit of the test alone, however slow the machine is. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await systemClock.sleep(LOOK_MS)
}
