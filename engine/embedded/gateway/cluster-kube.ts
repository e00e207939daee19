import { CONFIG_MAPS, NAMESPACES } from '../../cluster/resource-path.ts'
import type { KubeClient, KubeObject, ResourceType } from '../../cluster/types.ts'
import { textAt } from './text-at.ts'
import { KubeError, type Kube } from './ports.ts'

const REQUESTS: ResourceType = {
  group: 'remediation.kubernaut.io',
  version: 'v1alpha1',
  plural: 'remediationrequests',
  kind: 'RemediationRequest',
  namespaced: true,
}

/** Words that Go's network errors have, and that the gateway's retries look for. */
const NETWORK_WORDS: Readonly<Record<string, string>> = {
  timeout: 'timeout',
  refused: 'connection refused',
  reset: 'connection reset',
}

/**
 * The gateway's view of a cluster, over the engine's client. The client must not repeat calls by itself
 * (`retryMs: 0`): how often a creation is tried is the gateway's own behaviour.
 */
export function kubeOverClient(client: Pick<KubeClient, 'get' | 'list' | 'create' | 'replace'>): Kube {
  return {
    listRemediationRequests: async (where) => (await asked(client.list(REQUESTS, where))).items,
    getRemediationRequest: (ref) => asked(client.get(REQUESTS, ref)),
    createRemediationRequest: (object) => asked(client.create(REQUESTS, object)),
    updateRemediationRequest: (object) => asked(client.replace(REQUESTS, object)),
    getNamespace: (name) => asked<KubeObject>(client.get(NAMESPACES, { name })),
    getConfigMap: (ref) => asked(client.get(CONFIG_MAPS, ref)),
  }
}

/** Any failure as a `KubeError`: with the server's status and its own sentence where it answered. */
async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw toKubeError(error)
  }
}

function toKubeError(error: unknown): KubeError {
  if (!(error instanceof Error)) return new KubeError(0, String(error))
  const status = 'status' in error && typeof error.status === 'number' ? error.status : 0
  const said = textAt(error, 'details', 'explanation') || error.message
  const word = NETWORK_WORDS[textAt(error, 'kind') || textAt(error, 'details', 'kind')] ?? ''
  return new KubeError(status, said.includes(word) ? said : `${said}: ${word}`)
}
