import { Broken } from '../base/failure.ts'
import type { ResourceType } from '../cluster/types.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import type { StepContext } from './context.ts'

/** What scenarios may write beside the kinds of the gateway: nothing that runs, nothing beyond a namespace. */
const HARMLESS: readonly string[] = ['ConfigMap']

/** Kinds that scenarios may write, with what the configuration adds. */
export function writableKinds(
  { kinds }: Pick<GatewayDescription, 'kinds'>,
  allowedKinds: readonly string[],
): readonly string[] {
  return [...Object.keys(kinds), ...HARMLESS, ...allowedKinds]
}

export function refuseKind({ kind, namespaced }: ResourceType, key: string, context: StepContext): void {
  const known = writableKinds(context.description, context.allowedKinds)
  if (namespaced && known.includes(kind)) return
  throw new Broken({
    code: 'KIND_NOT_ALLOWED',
    message: namespaced
      ? `${kind}: scenarios may not write this kind; allowed are ${known.join(', ')}, and what allow.kinds of gwscen.config.yaml adds`
      : `${kind}: scenarios may not write what is outside any namespace`,
    span: context.span(key),
  })
}

/** Whatever a template gives: nothing outside this scenario's namespaces is written to. */
export function refuseForeign(
  namespace: string | undefined,
  place: readonly string[],
  context: StepContext,
): void {
  if (namespace === undefined || context.namespaces.includes(namespace)) return
  throw new Broken({
    code: 'FOREIGN_NAMESPACE',
    message: `${namespace} is not a namespace of this scenario, so nothing in it is changed`,
    span: context.span(...place),
  })
}
