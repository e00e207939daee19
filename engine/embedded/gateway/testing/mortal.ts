import type { Kube } from '../ports.ts'

/** The same cluster for a gateway that may be killed. */
export function mortal(kube: Kube, alive: <T>(work: () => Promise<T>) => Promise<T>): Kube {
  return {
    listRemediationRequests: (where) => alive(() => kube.listRemediationRequests(where)),
    getRemediationRequest: (ref) => alive(() => kube.getRemediationRequest(ref)),
    createRemediationRequest: (object) => alive(() => kube.createRemediationRequest(object)),
    updateRemediationRequest: (object) => alive(() => kube.updateRemediationRequest(object)),
    getNamespace: (name) => alive(() => kube.getNamespace(name)),
    getConfigMap: (ref) => alive(() => kube.getConfigMap(ref)),
  }
}

/** What a gateway that was killed waits for. */
export function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined)
}
