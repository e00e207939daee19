import type { Fault } from '../../embedded/gateway/faults/fault.ts'
import { faults as knownFaults, type FaultName } from '../../embedded/gateway/faults/index.ts'

type AboutFault = Pick<Fault, 'consequence'> & Partial<Pick<Fault, 'name' | 'summary' | 'from'>>

/** What is known of a fault. A preset is no single fault and has no sentence of its own. */
export function aboutFault(name: string): AboutFault {
  if (!Object.hasOwn(knownFaults, name)) return { consequence: 'a set of faults' }
  const fault: Fault = knownFaults[name as FaultName]
  const { summary, consequence, from } = fault
  return { name, summary, consequence, ...(from === undefined ? {} : { from }) }
}
