import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, expect, test } from 'vitest'
import { checkDeploy } from './check-deploy.ts'
import { checkCluster } from './cluster-target.ts'

const folder = mkdtempSync(join(tmpdir(), 'gwscen-contexts-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function check(
  context: string,
  more: { yesReally?: string; allowedContexts?: string[] } = {},
): Promise<void> {
  const kubeconfig = join(folder, 'config')
  const { yesReally, allowedContexts } = more
  await writeFile(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': context,
      clusters: [{ name: 'c', cluster: { server: 'https://c' } }],
      users: [{ name: 'u', user: {} }],
      contexts: [{ name: context, context: { cluster: 'c', user: 'u' } }],
    }),
  )
  const config = { allowedKinds: [], run: {}, ...(allowedContexts === undefined ? {} : { allowedContexts }) }
  const configFile = { config, problems: [], sources: new Map<string, string>() }
  const flags = { kubeconfig, ...(yesReally === undefined ? {} : { yesReally }) }
  expect(await checkCluster(flags, { configFile })).toBe(context)
}

test.each([
  ['of kind', 'kind-gwscen', {}],
  ['that the configuration names', 'team.tests', { allowedContexts: ['team.tests'] }],
  ['of a pattern in the middle', 'eu-tests-1', { allowedContexts: ['eu-*-1'] }],
  ['that is named in so many words', 'production', { yesReally: 'production' }],
])('a context %s may be used', async (_, context, more) => {
  await expect(check(context, more)).resolves.toBeUndefined()
})

test.each([
  ['of another name', 'production', {}],
  ['that only ends as an allowed one', 'not-kind-gwscen', {}],
  ['that is no longer allowed', 'kind-gwscen', { allowedContexts: ['team.tests'] }],
  ['where a dot would be any letter', 'teamxtests', { allowedContexts: ['team.tests'] }],
  ['while another one is meant', 'production', { yesReally: 'staging' }],
])('a context %s is refused', async (_, context, more) => {
  await expect(check(context, more)).rejects.toThrow(`--yes-really ${context}`)
})

test('a context that is not there is a usage error with those that are', async () => {
  const configFile = {
    config: { allowedKinds: [], run: {} },
    problems: [],
    sources: new Map<string, string>(),
  }
  await check('kind-a')
  const flags = { kubeconfig: join(folder, 'config'), context: 'kind-b' }
  await expect(checkCluster(flags, { configFile })).rejects.toThrow('no context named kind-b, it has kind-a')
})

test('what is to be deployed must be an image that the nodes can have', () => {
  const kind = { kindCluster: 'gwscen', redisImage: 'redis', nodeBaseImage: 'node' }
  expect(() => checkDeploy({ deploy: true, kind }, 'eu-tests-1')).toThrow('needs --gateway-image')
  expect(() => checkDeploy({ deploy: false, kind }, 'eu-tests-1')).not.toThrow()
  expect(() => checkDeploy({ deploy: true, kind }, 'kind-anything')).not.toThrow()
  const named = { ...kind, gatewayImage: 'registry.test/gateway:1' }
  expect(() => checkDeploy({ deploy: true, kind: named }, 'eu-tests-1')).not.toThrow()
})
