import { widthFor, type Width } from '../plan/threads.ts'
import type { RunOptions } from './run.ts'
import type { World } from './world.ts'

interface WidthOptions extends Pick<RunOptions, 'target' | 'threads'> {
  /** Per thread, where somebody has said how many. */
  readonly lanes?: number | undefined
}

const KIND_IN_FLIGHT_PER_CPU = 2

/** How wide a run of so many scenarios is: as `run` does it, and as `plan` foretells it. */
export function runWidth(
  { target, threads, lanes }: WidthOptions,
  scenarios: number,
  world: Pick<World, 'cpus'>,
): Width {
  const cpus = world.cpus()
  // A kind cluster shares the CPUs of this machine: with more its gateways answer late, and nothing is over sooner.
  const mostInFlight = target === 'kind' ? KIND_IN_FLIGHT_PER_CPU * cpus.count : undefined
  return widthFor({ threads, lanes, scenarios, cpus, mostInFlight })
}
