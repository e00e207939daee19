import type { EventBody } from '../events/event.ts'
import type { Width } from '../plan/threads.ts'
import type { Target } from '../targets/target.ts'
import { gatewayFacts } from './gateway-facts.ts'
import type { SessionRequest } from './run-session.ts'
import { planned } from './schedule.ts'

export interface RunStart {
  readonly request: SessionRequest
  readonly run: string
  readonly seed: string
  readonly width: Width
  /** Undefined where nothing runs. */
  readonly target: Target | undefined
}

/** The first event of a run. */
export function startOf({ request, run, seed, width, target }: RunStart): EventBody {
  const { scenarios, world, project, expected, elsewhere = [], options } = request
  return {
    type: 'run:started',
    run,
    version: world.version,
    wall: world.clock.wall(),
    target: target?.name ?? 'none',
    profiles: target?.deployments.map(({ name }) => name) ?? [],
    threads: width.threads,
    threadsReason: width.reason,
    lanes: width.lanes,
    clock: target?.virtual === undefined ? 'real' : 'virtual',
    seed,
    redis: target?.redis ?? 'none',
    gateway: target?.gateway ?? 'none',
    ...(options.faults.length === 0 ? {} : { faults: options.faults }),
    gateways: gatewayFacts(target?.deployments ?? [], project.description),
    scenarios: scenarios.map((scenario) => planned(scenario, expected?.(scenario))),
    ...(elsewhere.length === 0 ? {} : { elsewhere: elsewhere.map((scenario) => planned(scenario)) }),
  }
}
