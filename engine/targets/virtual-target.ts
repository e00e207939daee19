import type { Json } from '../base/json.ts'
import { JS_REDIS_NAME } from '../embedded/redis/provider.ts'
import { deploymentsFor, versionOf } from './deployments.ts'
import { gatewayName } from './embedded.ts'
import type { Target, Wanted } from './target.ts'
import type { VirtualPlan } from './virtual-sandbox.ts'

export interface VirtualTargetOptions extends VirtualPlan {
  readonly wanted: Wanted
  /** Profile → the gateway's configuration file, parsed. */
  readonly configurations: Readonly<Record<string, Json>>
}

/** A target that each attempt makes for itself; here it is only told of. */
export function virtualTargetOf(options: VirtualTargetOptions): Target {
  const { crds, policy, faults } = options
  return {
    name: 'embedded',
    connection: { server: 'http://kubernetes' },
    deployments: deploymentsFor({ ...options, version: versionOf(faults) }),
    redis: JS_REDIS_NAME,
    gateway: gatewayName(faults),
    access: [],
    reset: () => Promise.resolve(),
    close: () => Promise.resolve(),
    virtual: { crds, policy, faults },
  }
}
