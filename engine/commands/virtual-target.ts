import { virtualTargetOf } from '../targets/virtual-target.ts'
import type { Target } from '../targets/target.ts'
import { namedFaults } from './embedded-target.ts'
import type { ProvisionRequest } from './provision-target.ts'
import type { RunOptions } from './run.ts'
import { needsReal } from './real-flags.ts'
import { UsageError } from './usage-error.ts'

/** What threads under the virtual clock make for themselves, and how it is told of. Nothing is started here. */
export function virtualTarget({ project, wanted, faults }: ProvisionRequest): Target {
  const { configurations, crds, policy } = project
  return virtualTargetOf({ wanted, configurations, crds, policy, faults: namedFaults(faults) })
}

/** Refuses what can only be had where there are real sockets; throws `UsageError`. */
export function checkVirtual(options: RunOptions): void {
  const flags = needsReal(options)

  if (flags.length === 0) return
  const need = flags.length === 1 ? 'needs' : 'need'
  throw new UsageError(
    `${flags.join(' and ')} ${need} --clock real: under the virtual clock each scenario has a target in memory that nobody reaches from outside`,
  )
}
