import type { TargetFlags } from './target-flags.ts'
import { UsageError } from './usage-error.ts'

/** How contexts of kind begin. */
export const KIND = 'kind-'

/** Throws `UsageError` where nobody could bring the gateway's image to the nodes. */
export function checkDeploy({ deploy, kind }: Pick<TargetFlags, 'deploy' | 'kind'>, context: string): void {
  if (deploy !== true || kind.gatewayImage !== undefined || context.startsWith(KIND)) return
  throw new UsageError(
    `--deploy on ${context} needs --gateway-image, which its nodes can pull: the image of the reference gateway is ` +
      'built on this machine and can be brought to the nodes of kind alone',
  )
}
