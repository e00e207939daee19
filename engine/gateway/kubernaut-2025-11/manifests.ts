import { basename, dirname } from 'node:path/posix'
import { isObject, textAt, type Json } from '../../base/json.ts'
import { probes } from '../../cluster/probes.ts'
import type { KubeObject } from '../../cluster/types.ts'
import type { GatewayPlace } from '../description.ts'

const PORT = 8080
const CONFIG_FOLDER = '/etc/gateway'
const CONFIG_FILE = 'config.yaml'
const DEFAULT_POLICY = '/etc/gateway-policy/priority-policy.rego'
const LABELS = { app: 'gateway' }

/** The gateway as its own project deploys it (gateway-contract.md, section 14.3), once per namespace and on any node. */
export function manifests(place: GatewayPlace): readonly KubeObject[] {
  return [...access(place), ...files(place), service(place), deployment(place)]
}

function access({ namespace }: GatewayPlace): readonly KubeObject[] {
  const role = { name: `${namespace}-gateway` }
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name: 'gateway' } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: role,
      rules: [
        {
          apiGroups: ['remediation.kubernaut.io'],
          resources: ['remediationrequests'],
          verbs: ['create', 'get', 'list', 'watch', 'update', 'patch'],
        },
        { apiGroups: [''], resources: ['namespaces', 'configmaps'], verbs: ['get', 'list', 'watch'] },
      ],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: role,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role.name },
      subjects: [{ kind: 'ServiceAccount', namespace, name: 'gateway' }],
    },
  ]
}

function files({ namespace, configuration, policy }: GatewayPlace): readonly KubeObject[] {
  const map = (name: string, data: Readonly<Record<string, string>>): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace, name },
    data,
  })
  return [
    map('gateway-config', { [CONFIG_FILE]: JSON.stringify(configuration, null, 2) }),
    map('gateway-rego-policy', { [basename(policyPath(configuration))]: policy }),
  ]
}

function policyPath(configuration: Json): string {
  const path = isObject(configuration)
    ? textAt(configuration, 'processing', 'priority', 'policy_path')
    : undefined
  return path ?? DEFAULT_POLICY
}

function service({ namespace }: GatewayPlace): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name: 'gateway', labels: LABELS },
    spec: { selector: LABELS, ports: [{ name: 'http', port: PORT, targetPort: PORT }] },
  }
}

function deployment(place: GatewayPlace): KubeObject {
  const { namespace, version, revision } = place
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name: 'gateway', labels: LABELS },
    spec: {
      replicas: 1,
      // Two gateways on one Redis would be another gateway.
      strategy: { type: 'Recreate', rollingUpdate: null },
      selector: { matchLabels: LABELS },
      template: {
        metadata: {
          labels: { ...LABELS, 'app.kubernetes.io/version': labelValue(version) },
          annotations: { 'gwscen.dev/revision': revision },
        },
        spec: podSpec(place),
      },
    },
  }
}

function podSpec({ image, redis, configuration }: GatewayPlace) {
  const probe = (path: string) => ({ httpGet: { path, port: PORT }, timeoutSeconds: 5 })
  return {
    serviceAccountName: 'gateway',
    // Else a variable for each Service of the namespace, GATEWAY_PORT among them.
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 10,
    containers: [
      {
        name: 'gateway',
        image,
        imagePullPolicy: 'IfNotPresent',
        args: [`--config=${CONFIG_FOLDER}/${CONFIG_FILE}`, `--redis=${redis}`],
        env: [{ name: 'KUBECONFIG', value: '' }],
        ports: [{ name: 'http', containerPort: PORT }],
        ...probes(probe('/ready')),
        livenessProbe: { ...probe('/health'), periodSeconds: 10, failureThreshold: 6 },
        resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '512Mi' } },
        volumeMounts: [
          { name: 'config', mountPath: CONFIG_FOLDER, readOnly: true },
          { name: 'policy', mountPath: dirname(policyPath(configuration)), readOnly: true },
        ],
      },
    ],
    volumes: [
      { name: 'config', configMap: { name: 'gateway-config' } },
      { name: 'policy', configMap: { name: 'gateway-rego-policy' } },
    ],
  }
}

/** As a label may be: a version with other signs keeps its sense, not its spelling. */
function labelValue(version: string): string {
  return version
    .replaceAll(/[^A-Za-z0-9._-]/g, '_')
    .slice(0, 63)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '')
}
