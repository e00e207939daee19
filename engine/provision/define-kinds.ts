import { isObject, valueAt } from '../base/json.ts'
import type { KubeObject, ResourceType } from '../cluster/types.ts'
import { apply } from './apply.ts'
import type { DeployRequest } from './deploy.ts'
import { labelled } from './manifests.ts'
import { until } from './until.ts'

const DEFINITIONS: ResourceType = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
}
const ESTABLISHED_WITHIN_MS = 30_000

/** Applies definitions and waits until the API server serves them. Gives a note for the phase table. */
export async function defineKinds(
  { client, hub, clock, signal }: Pick<DeployRequest, 'client' | 'hub' | 'clock' | 'signal'>,
  definitions: readonly KubeObject[],
): Promise<string> {
  const stream = hub.open(DEFINITIONS)
  await Promise.all(
    definitions.map(async (definition) => {
      await apply(client, labelled(definition), signal)
      const { name } = definition.metadata
      await until(stream, { name }, isEstablished, { clock, signal, limitMs: ESTABLISHED_WITHIN_MS })
    }),
  )
  return definitions.map((one) => String(valueAt(one, ['spec', 'names', 'kind']))).join(', ')
}

function isEstablished(definition: KubeObject | undefined): true | undefined {
  const conditions = valueAt(definition, ['status', 'conditions'])
  const served =
    Array.isArray(conditions) &&
    conditions.some((one) => isObject(one) && one['type'] === 'Established' && one['status'] === 'True')
  return served ? true : undefined
}
