import type { IncomingMessage } from 'node:http'
import { contentType, parseJson, readBytes } from './body.ts'
import { isObject } from '../../base/json.ts'

const PATH = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'

export function isAccessReview(method: string | undefined, pathname: string): boolean {
  return method === 'POST' && pathname === PATH
}

/** Whoever has the token may do everything here: what `kubectl auth can-i` is told. */
export async function accessReview(request: IncomingMessage): Promise<unknown> {
  const bytes = await readBytes(request)
  const asked = contentType(request) === 'application/json' ? parseJson(bytes) : {}
  return {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: { creationTimestamp: null },
    spec: isObject(asked) ? (asked['spec'] ?? {}) : {},
    status: { allowed: true, reason: 'the token may do everything' },
  }
}
