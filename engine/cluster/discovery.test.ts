import { expect, test } from 'vitest'
import { typeIn, versionPath } from './discovery.ts'

const LIST = {
  kind: 'APIResourceList',
  resources: [
    { name: 'deployments/status', kind: 'Deployment', namespaced: true },
    { name: 'deployments', kind: 'Deployment', namespaced: true },
    { name: 'nodes', kind: 'Node', namespaced: false },
  ],
}

test('the core group lies elsewhere than all others', () => {
  expect(versionPath('v1')).toBe('/api/v1')
  expect(versionPath('apps/v1')).toBe('/apis/apps/v1')
})

test('a kind is found by its name, never as a part of another', () => {
  expect(typeIn(LIST, 'apps/v1', 'Deployment')).toEqual({
    group: 'apps',
    version: 'v1',
    plural: 'deployments',
    kind: 'Deployment',
    namespaced: true,
  })
  expect(typeIn(LIST, 'v1', 'Node')).toMatchObject({ group: '', version: 'v1', namespaced: false })
})

test('what is not offered is undefined', () => {
  expect(typeIn(LIST, 'apps/v1', 'Deploymint')).toBeUndefined()
  expect(typeIn('nonsense', 'v1', 'Node')).toBeUndefined()
})
