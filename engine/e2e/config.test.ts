import { afterEach, beforeEach, expect, test } from 'vitest'
import { configSchema } from '../scenario/config-schema.ts'
import { gwscen } from './testing/gwscen.ts'
import { openPlace, type Place } from './testing/place.ts'

const READY = `name: The gateway is ready
gateway: dedup
tags: [smok]
steps:
  - expect: { http: { path: /ready }, status: 200 }
`

let place: Place
beforeEach(() => {
  place = openPlace(process.env['PATH'])
})
afterEach(() => place[Symbol.asyncDispose]())

test('every flag of run has its key in the configuration, and no key is without a flag', async () => {
  const { stdout } = await gwscen(place, 'config')
  const flags = stdout.split('\n').flatMap((line) => /^(\w+): /.exec(line)?.[1] ?? [])
  expect(flags.sort()).toEqual(Object.keys(configSchema.properties.run.properties).sort())
})

test('what run would use is printed with its origin', async () => {
  place.write('gwscen.config.yaml', 'run:\n  threads: 3\n  reporter: dot\n')
  const { code, stdout } = await gwscen(place, 'config', '--show-origin')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^threads: 3 +gwscen\.config\.yaml:2$/m)
  expect(stdout).toMatch(/^reporter: dot +gwscen\.config\.yaml:3$/m)
  expect(stdout).toMatch(/^threadMemory: 1024 +default$/m)
  expect(stdout).toMatch(/^exclusive: 3 embedded, 2 on a cluster +default$/m)
})

test('run takes its settings from the configuration, and a flag wins', async () => {
  place.write('gwscen.config.yaml', 'profile: dedup\nrun:\n  reporter: minimal\n  threads: 1\n')
  place.write('ready.yaml', READY)
  const configured = await gwscen(place, 'run', 'ready.yaml')
  expect(configured).toMatchObject({ code: 0 })
  const flagged = await gwscen(place, 'run', 'ready.yaml', '--reporter', 'list')
  expect(flagged.stdout).toContain('ready')
  expect(configured.stdout).not.toContain('ready')
})

test('a mistake in the configuration stops everything, with its place', async () => {
  place.write('gwscen.config.yaml', 'tags: [smoke]\nrun:\n  thread: 3\n')
  place.write('ready.yaml', READY)
  for (const command of ['run', 'validate', 'list', 'config']) {
    const { code, stdout, stderr } = await gwscen(
      place,
      command,
      ...(command === 'config' ? [] : ['ready.yaml']),
    )
    expect([command, code]).toEqual([command, 2])
    expect(`${stdout}${stderr}`).toContain('--> gwscen.config.yaml:3:3')
    expect(`${stdout}${stderr}`).toContain('did you mean threads?')
  }
})

test('declared tags catch a misspelt one', async () => {
  place.write('gwscen.config.yaml', 'tags: [smoke]\n')
  place.write('ready.yaml', READY)
  const { code, stdout } = await gwscen(place, 'validate', 'ready.yaml')
  expect(code).toBe(2)
  expect(stdout).toContain('did you mean smoke?')
})
