import { Option, type Command } from 'commander'
import type { TargetKind } from '../base/target-kind.ts'
import { wholeNumber } from './flag-values.ts'

const FLAG = '--exclusive <n>'
const WHAT = 'gateways per profile for scenarios that want one of their own'

/** Each is a pod with a Redis there. */
const ON_CLUSTER = 2
/** Each is a few objects of this process. */
const EMBEDDED = 3

/** For commands that are about clusters only. */
export function addExclusiveOnCluster(command: Command): void {
  command.option(FLAG, WHAT, wholeNumber, ON_CLUSTER)
}

/** For commands that are about any target; `exclusiveOn` knows the default. */
export function addExclusive(command: Command): void {
  const byDefault = `${EMBEDDED} embedded, ${ON_CLUSTER} on a cluster`
  const flag = new Option(FLAG, `${WHAT}; default: ${byDefault}`)
  command.addOption(flag.default(undefined, byDefault).argParser(wholeNumber))
}

/** How many gateways of their own scenarios get, of each profile, where so many were asked for. */
export function exclusiveOn(target: TargetKind, asked: number | undefined): number {
  return asked ?? (target === 'embedded' ? EMBEDDED : ON_CLUSTER)
}
