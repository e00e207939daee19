import { expect, test } from 'vitest'
import { valueAt } from '../base/json.ts'
import { parsePlain } from '../document/plain.ts'
import { builtInDescription } from '../gateway/index.ts'
import { rbac, rbacManifests } from './rbac.ts'
import type { World } from './world.ts'

const configFile = {
  config: { allowedKinds: ['Secret', 'Widget'], run: {} },
  problems: [],
  sources: new Map<string, string>(),
}
const project = { configurations: { dedup: {}, odd: {} }, configFile, description: builtInDescription }
const options = { namespace: 'runners', exclusive: 2 }

test('what is printed is YAML with an account, what it may do everywhere, and what it may do where gateways run', () => {
  let text = ''
  const stdout = { write: (more: string) => void (text += more) }
  const world = { stdout } as unknown as World
  expect(rbac(options, { ...project, crds: [], policy: '' }, world)).toBe(0)
  const documents = parsePlain(text)
  expect(documents).toEqual(rbacManifests(options, project))
  const names = documents.map(
    (one) =>
      `${valueAt(one, ['kind']) as string} ${(valueAt(one, ['metadata', 'namespace']) ?? '') as string}`,
  )
  expect(names.slice(0, 4)).toEqual([
    'Namespace ',
    'ServiceAccount runners',
    'ClusterRole ',
    'ClusterRoleBinding ',
  ])
  expect(names.filter((name) => name.startsWith('Role '))).toEqual([
    'Role gwscen-dedup',
    'Role gwscen-odd',
    'Role gwscen-dedup-x1',
    'Role gwscen-dedup-x2',
    'Role gwscen-odd-x1',
    'Role gwscen-odd-x2',
  ])
})

test('gateways that are mapped are where the configuration says', () => {
  const profiles = { dedup: { namespace: 'mine', exclusive: ['mine-alone'] } }
  const mapped = { ...project, configFile: { ...configFile, config: { ...configFile.config, profiles } } }
  const documents = rbacManifests({ ...options, profiles: ['dedup'] }, mapped)
  const places = documents
    .filter(({ kind }) => kind === 'Role')
    .map((one) => valueAt(one, ['metadata', 'namespace']))
  expect(places).toEqual(['mine', 'mine-alone'])
})

test('nobody may delete pods of shared gateways, write outside namespaces, or read secrets unasked', () => {
  const rulesOf = (kind: string, namespace?: string): string => {
    const found = rbacManifests(options, project).find(
      (one) =>
        one['kind'] === kind &&
        (namespace === undefined || valueAt(one, ['metadata', 'namespace']) === namespace),
    )
    return JSON.stringify(found?.['rules'])
  }
  expect(rulesOf('Role', 'gwscen-dedup')).not.toMatch(/delete|patch|deployments/)
  expect(rulesOf('Role', 'gwscen-dedup-x1')).toMatch(/delete.*deployments/)
  expect(rulesOf('ClusterRole')).toContain('"configmaps","secrets"')
  expect(rulesOf('ClusterRole')).not.toMatch(/\*|widgets|clusterroles/)
  const modest = { ...project, configFile: { ...configFile, config: { allowedKinds: [], run: {} } } }
  expect(JSON.stringify(rbacManifests(options, modest))).not.toContain('secrets')
})
