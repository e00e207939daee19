import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'

import type { ApiServer } from './api-server.ts'
import { caller, manifestText, startCluster, type Call } from './testing/cluster.ts'

let cluster: ApiServer
let call: Call

beforeEach(async () => {
  cluster = await startCluster({ crds: [parse(manifestText)] })
  call = caller(cluster)
})
afterEach(() => cluster.close())

const GROUP = 'remediation.kubernaut.io'

test('the old lists name groups, versions and resources', async () => {
  expect(await call('GET', '/api')).toMatchObject({ body: { kind: 'APIVersions', versions: ['v1'] } })
  expect(await call('GET', '/apis')).toMatchObject({
    body: { kind: 'APIGroupList', groups: [{ name: 'apiextensions.k8s.io' }, { name: GROUP }] },
  })
  expect(await call('GET', `/apis/${GROUP}`)).toMatchObject({
    body: { kind: 'APIGroup', preferredVersion: { version: 'v1alpha1' } },
  })
  expect(await call('GET', `/apis/${GROUP}/v1alpha1`)).toMatchObject({
    body: {
      groupVersion: `${GROUP}/v1alpha1`,
      resources: [
        { name: 'remediationrequests', kind: 'RemediationRequest', namespaced: true },
        { name: 'remediationrequests/status', verbs: ['get', 'patch', 'update'] },
      ],
    },
  })
  const { body } = await call('GET', '/api/v1')
  const { resources } = body as { resources: { name: string }[] }
  expect(resources.map(({ name }) => name)).toContain('pods/portforward')
})

test.each(['v2', 'v2beta1'])('aggregated discovery %s has everything in one document', async (version) => {
  const accept = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList,application/json`
  const reply = await call('GET', '/apis', { headers: { accept } })
  expect(reply.headers['content-type']).toContain(`v=${version}`)
  expect(reply.body).toMatchObject({
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    items: [
      { metadata: { name: 'apiextensions.k8s.io' } },
      {
        metadata: { name: GROUP },
        versions: [
          {
            version: 'v1alpha1',
            resources: [
              {
                resource: 'remediationrequests',
                scope: 'Namespaced',
                subresources: [{ subresource: 'status' }],
              },
            ],
          },
        ],
      },
    ],
  })
  const core = await call('GET', '/api', { headers: { accept } })
  expect(core.body).toMatchObject({ items: [{ versions: [{ version: 'v1' }] }] })
})

test.each(['/apis/other.io', '/apis/other.io/v1', '/api/v2', '/openapi/v3/apis/other.io/v1'])(
  '%s is not there',
  async (path) => {
    expect(await call('GET', path)).toMatchObject({ code: 404 })
  },
)

test('OpenAPI documents lead from the root to the schema of a kind', async () => {
  const { body: root } = await call('GET', '/openapi/v3')
  const { paths } = root as { paths: Record<string, { serverRelativeURL: string }> }
  expect(Object.keys(paths)).toEqual(['api/v1', 'apis/apiextensions.k8s.io/v1', `apis/${GROUP}/v1alpha1`])
  const { body } = await call('GET', paths[`apis/${GROUP}/v1alpha1`]?.serverRelativeURL ?? '')
  expect(body).toHaveProperty([
    'components',
    'schemas',
    'io.kubernaut.remediation.v1alpha1.RemediationRequest',
  ])
  const { components } = body as { components: { schemas: Record<string, unknown> } }
  expect(components.schemas['io.kubernaut.remediation.v1alpha1.RemediationRequest']).toMatchObject({
    properties: { spec: { properties: { severity: { enum: ['critical', 'warning', 'info'] } } } },
    'x-kubernetes-group-version-kind': [{ group: GROUP, version: 'v1alpha1', kind: 'RemediationRequest' }],
  })
})

test('definitions can be read', async () => {
  const reply = await call(
    'GET',
    `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/remediationrequests.${GROUP}`,
  )
  expect(reply).toMatchObject({
    code: 200,
    body: {
      spec: { group: GROUP },
      status: { conditions: [{ type: 'NamesAccepted' }, { type: 'Established', status: 'True' }] },
    },
  })
})

describe('protobuf bodies', () => {
  const protobuf = { 'content-type': 'application/vnd.kubernetes.protobuf' }

  test('of kinds that kubectl creates are read', async () => {
    const map = field(2, field(1, 'key'), field(2, 'value'))
    const metadata = field(
      1,
      field(1, 'c'),
      field(11, field(1, 'a'), field(2, 'b')),
      field(11, field(1, 'c'), field(2, 'd')),
    )
    const body = envelope('ConfigMap', Buffer.concat([metadata, map, Buffer.from([0x20, 0x01])]))
    expect(
      await call('POST', '/api/v1/namespaces/shop/configmaps', { headers: protobuf, body }),
    ).toMatchObject({
      code: 201,
      body: { metadata: { name: 'c', labels: { a: 'b', c: 'd' } }, data: { key: 'value' } },
    })
  })

  test('of other kinds are refused with a way out', async () => {
    const body = envelope('Pod', field(1, field(1, 'p')))
    expect(await call('POST', '/api/v1/namespaces/shop/pods', { headers: protobuf, body })).toMatchObject({
      code: 415,
      body: { message: expect.stringContaining('kubectl apply -f') as string },
    })
  })

  test('that end too early are refused', async () => {
    const body = envelope('Namespace', field(1, field(1, 'n'))).subarray(0, -3)
    expect(await call('POST', '/api/v1/namespaces', { headers: protobuf, body })).toMatchObject({ code: 400 })
  })
})

function envelope(kind: string, raw: Buffer): Buffer {
  const type = field(1, field(1, 'v1'), field(2, kind))
  return Buffer.concat([Buffer.from('k8s\0'), type, field(2, raw)])
}

/** One length-delimited field. */
function field(number: number, ...content: readonly (Buffer | string)[]): Buffer {
  const bytes = Buffer.concat(content.map((part) => Buffer.from(part)))
  return Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes])
}
