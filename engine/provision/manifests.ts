import { createHash } from 'node:crypto'
import { isObject, type Json } from '../base/json.ts'
import { probes } from '../cluster/probes.ts'
import type { KubeObject } from '../cluster/types.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import type { Deployment } from '../targets/target.ts'
import { EXCLUSIVE_LABEL, PROFILE_LABEL } from '../targets/labels.ts'
import { MANAGED_BY } from './labels.ts'

/** What pods are made from, by names that a node can find or pull. */
export interface Images {
  readonly gateway: string
  readonly redis: string
}

export interface ManifestOptions {
  readonly description: GatewayDescription
  /** The text of the gateway's priority policy. */
  readonly policy: string
  readonly images: Images
}

/** Everything of one deployment. */
export interface Manifests {
  readonly deployment: Deployment
  readonly namespace: KubeObject
  readonly redis: readonly KubeObject[]
  /** Its workloads come last: they need Redis. */
  readonly gateway: readonly KubeObject[]
  /** Another one for anything that differs; fits into a label. */
  readonly hash: string
}

const REDIS_PORT = 6379
const REDIS_LABELS = { app: 'redis' }

export function manifestsOf(
  deployment: Deployment,
  { description, policy, images }: ManifestOptions,
): Manifests {
  const { namespace, version, configuration } = deployment
  const gateway = description
    .manifests({
      namespace,
      version,
      configuration,
      policy,
      image: images.gateway,
      redis: `redis.${namespace}.svc.cluster.local:${REDIS_PORT}`,
      revision: hashOf([configuration, policy]),
    })
    .map(labelled)
  const redis = [redisService(namespace), redisDeployment(namespace, images.redis)].map(labelled)
  const made = { deployment, namespace: labelled(namespaceOf(deployment)), redis, gateway }
  return { ...made, hash: hashOf([made.namespace, redis, gateway]) }
}

export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)
}

/** An object, and the pods it leads to, with the mark of who made them. */
export function labelled(object: KubeObject): KubeObject {
  const { metadata, spec } = object
  const marked = { ...object, metadata: { ...metadata, labels: { ...metadata.labels, ...MANAGED_BY } } }
  if (!isObject(spec) || !isObject(spec['template'])) return marked
  const { template } = spec
  const pod: Json = isObject(template['metadata']) ? (template['metadata'] as Json) : {}
  const labels = isObject(pod) && isObject(pod['labels']) ? pod['labels'] : {}
  const metadataOfPod = { ...(isObject(pod) ? pod : {}), labels: { ...labels, ...MANAGED_BY } }
  return { ...marked, spec: { ...spec, template: { ...template, metadata: metadataOfPod } } }
}

function namespaceOf({ namespace, profile, exclusive }: Deployment): KubeObject {
  const labels = { [PROFILE_LABEL]: profile, [EXCLUSIVE_LABEL]: String(exclusive) }
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } }
}

function redisService(namespace: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name: 'redis', labels: REDIS_LABELS },
    spec: { selector: REDIS_LABELS, ports: [{ name: 'redis', port: REDIS_PORT, targetPort: REDIS_PORT }] },
  }
}

function redisDeployment(namespace: string, image: string): KubeObject {
  const container = {
    name: 'redis',
    image,
    imagePullPolicy: 'IfNotPresent',
    // Tells of every change, and keeps nothing on disk.
    args: ['--notify-keyspace-events', 'KEA', '--save', '', '--appendonly', 'no', '--protected-mode', 'no'],
    ports: [{ name: 'redis', containerPort: REDIS_PORT }],
    ...probes({ tcpSocket: { port: REDIS_PORT } }),
    resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '256Mi' } },
  }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name: 'redis', labels: REDIS_LABELS },
    spec: {
      replicas: 1,
      strategy: { type: 'Recreate', rollingUpdate: null },
      selector: { matchLabels: REDIS_LABELS },
      template: {
        metadata: { labels: REDIS_LABELS },
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 2,
          containers: [container],
        },
      },
    },
  }
}
