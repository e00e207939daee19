import type { GatewayDescription } from '../description.ts'
import { alert } from './alert.ts'
import { event } from './event.ts'
import { fingerprint } from './identity.ts'
import { keys } from './keys.ts'
import { ledger } from './ledger.ts'
import { manifests } from './manifests.ts'
import { settings } from './settings.ts'
import { SIGNAL_PATHS } from './signal-paths.ts'

/** The kubernaut gateway as documented in November 2025. */
export const kubernaut: GatewayDescription = {
  name: 'kubernaut-2025-11',
  kinds: {
    RemediationRequest: {
      type: {
        group: 'remediation.kubernaut.io',
        version: 'v1alpha1',
        plural: 'remediationrequests',
        kind: 'RemediationRequest',
        namespaced: true,
      },
      manifest: 'remediationrequests.yaml',
    },
  },
  signals: { alert, event },
  isSignalPath: (path) => Object.values<string>(SIGNAL_PATHS).includes(path),
  keys,
  settings,
  payloads: ['originalPayload', 'providerData'],
  functions: [
    {
      name: 'fingerprint',
      parameters: ['string', 'string', 'string', 'string'],
      result: 'string',
      summary: 'The fingerprint of a signal: `fingerprint(name, namespace, kind, resource)`.',
      run: (...[name = '', namespace = '', kind = '', resource = '']) =>
        fingerprint(name, namespace, kind, resource),
    },
  ],
  ledger,
  pods: {
    gateway: { labelSelector: 'app=gateway', port: 8080 },
    redis: { labelSelector: 'app=redis', port: 6379 },
  },
  configuration: { configMap: 'gateway-config', key: 'config.yaml' },
  paths: { health: '/health', ready: '/ready', metrics: '/metrics' },
  manifests,
}
