import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readKubeconfig } from './kubeconfig.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

const credential = JSON.stringify({
  apiVersion: 'client.authentication.k8s.io/v1',
  kind: 'ExecCredential',
  status: { token: 'from-plugin' },
})

const config = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'certs',
  clusters: [
    {
      name: 'one',
      cluster: {
        server: 'https://10.0.0.1:6443/',
        'certificate-authority-data': base64('CA'),
        'tls-server-name': 'one.test',
      },
    },
    { name: 'two', cluster: { server: 'http://127.0.0.1:8001', 'insecure-skip-tls-verify': true } },
    { name: 'far', cluster: { server: 'https://far', 'proxy-url': 'http://proxy:3128' } },
  ],
  users: [
    {
      name: 'cert',
      user: { 'client-certificate-data': base64('CERT'), 'client-key-data': base64('KEY') },
    },
    { name: 'token', user: { token: 'plain' } },
    {
      name: 'plugin',
      user: {
        exec: {
          apiVersion: 'client.authentication.k8s.io/v1',
          command: process.execPath,
          args: ['-e', `process.stdout.write(${JSON.stringify(credential)})`],
          interactiveMode: 'Never',
        },
      },
    },
    { name: 'basic', user: { username: 'me', password: 'secret' } },
    { name: 'other', user: { token: 't', as: 'somebody' } },
  ],
  contexts: [
    { name: 'certs', context: { cluster: 'one', user: 'cert' } },
    { name: 'token', context: { cluster: 'two', user: 'token' } },
    { name: 'plugin', context: { cluster: 'two', user: 'plugin' } },
    { name: 'anonymous', context: { cluster: 'two', user: 'nobody' } },
    { name: 'homeless', context: { cluster: 'missing', user: 'token' } },
    { name: 'basic', context: { cluster: 'two', user: 'basic' } },
    { name: 'other', context: { cluster: 'two', user: 'other' } },
    { name: 'proxied', context: { cluster: 'far', user: 'token' } },
  ],
})

test('the current context, with certificates decoded', async () => {
  expect(await readKubeconfig({ text: config })).toEqual({
    context: 'certs',
    server: 'https://10.0.0.1:6443',
    ca: 'CA',
    cert: 'CERT',
    key: 'KEY',
    serverName: 'one.test',
  })
})

test('a context by name, with a token', async () => {
  expect(await readKubeconfig({ text: config, context: 'token' })).toEqual({
    context: 'token',
    server: 'http://127.0.0.1:8001',
    token: 'plain',
    insecure: true,
  })
})

test('an exec plugin is run for its token', async () => {
  expect(await readKubeconfig({ text: config, context: 'plugin' })).toMatchObject({ token: 'from-plugin' })
})

test('a context whose user is not there goes without credentials', async () => {
  expect(await readKubeconfig({ text: config, context: 'anonymous' })).toEqual({
    context: 'anonymous',
    server: 'http://127.0.0.1:8001',
    insecure: true,
  })
})

test('files that a kubeconfig names are read from beside it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'))
  try {
    await writeFile(join(folder, 'ca.pem'), 'CA FILE')
    await writeFile(join(folder, 'cert.pem'), 'CERT FILE')
    await writeFile(join(folder, 'key.pem'), 'KEY FILE')
    const files = {
      'current-context': 'files',
      clusters: [{ name: 'c', cluster: { server: 'https://c', 'certificate-authority': 'ca.pem' } }],
      users: [{ name: 'u', user: { 'client-certificate': 'cert.pem', 'client-key': 'key.pem' } }],
      contexts: [{ name: 'files', context: { cluster: 'c', user: 'u' } }],
    }
    const path = join(folder, 'config')
    await writeFile(path, JSON.stringify(files))
    expect(await readKubeconfig({ path })).toEqual({
      context: 'files',
      // Who writes files writes them anew before they end.
      renewable: true,
      server: 'https://c',
      ca: 'CA FILE',
      cert: 'CERT FILE',
      key: 'KEY FILE',
    })
  } finally {
    await rm(folder, { recursive: true })
  }
})

test.each([
  ['a context that is not there', { context: 'nope' }, 'no context named nope, it has certs, token,'],
  [
    'a cluster that is not there',
    { context: 'homeless' },
    'context homeless names a cluster that is not there',
  ],
  ['a password', { context: 'basic' }, 'uses a user name and password, which is not supported'],
  ['impersonation', { context: 'other' }, 'uses impersonation, which is not supported'],
  ['a proxy', { context: 'proxied' }, 'uses a proxy-url, which is not supported'],
])('%s is an error that says so', async (_, source, message) => {
  await expect(readKubeconfig({ text: config, ...source })).rejects.toThrow(message)
})

test('a file that is not there is named', async () => {
  await expect(readKubeconfig({ path: '/nowhere/config' })).rejects.toThrow(
    'kubeconfig /nowhere/config: ENOENT',
  )
})
