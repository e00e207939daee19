import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { gwscen } from './testing/gwscen.ts'
import { openPlace } from './testing/place.ts'

interface Listed {
  readonly scenarios: readonly Readonly<Record<string, unknown>>[]
}

test('list --json tells of every scenario where it is and what it needs', async () => {
  await using place = openPlace(process.env['PATH'])
  const { code, stdout, stderr } = await gwscen(place, 'list', 'scenarios', '--json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const { scenarios } = JSON.parse(stdout) as Listed
  expect(scenarios.length).toBeGreaterThanOrEqual(13)
  expect(scenarios.find(({ id }) => id === 'storm/concurrent')).toEqual({
    id: 'storm/concurrent',
    name: 'Fifteen alerts at the same moment are all in one RemediationRequest',
    file: 'scenarios/storm/concurrent.yaml',
    line: 2,
    tags: ['storm', 'concurrency', 'p1'],
    profile: 'storm',
  })
})

test('list starts nothing and writes nothing', async () => {
  await using place = openPlace(process.env['PATH'])
  const { code, stdout } = await gwscen(place, 'list', '--name', 'metrics/')
  expect(code).toBe(0)
  const lines = stdout.trimEnd().split('\n')
  expect(lines).toHaveLength(readdirSync(join(place.folder, 'scenarios', 'metrics')).length)
  for (const line of lines) expect(line).toMatch(/^scenarios\/metrics\/[a-z-]+\.yaml:2 {2}\S/)
  expect(place.leftBehind()).toEqual([])
})

test('a name that selects nothing lists nothing: 4', async () => {
  await using place = openPlace(process.env['PATH'])
  expect(await gwscen(place, 'list', '--json', '--name', 'no such')).toMatchObject({
    code: 4,
    stdout: '{\n  "scenarios": []\n}\n',
  })
})

test('tags are listed with how often they are used, the most frequent first', async () => {
  await using place = openPlace(process.env['PATH'])
  for (const [name, tags] of Object.entries({ a: 'p0, slow', b: 'p0', c: 'p1' }))
    place.write(
      `${name}.yaml`,
      `name: ${name}\ngateway: none\ntags: [${tags}]\nsteps:\n  - expect: { value: true }\n`,
    )
  expect(await gwscen(place, 'list', 'a.yaml', 'b.yaml', 'c.yaml', '--list-tags')).toMatchObject({
    code: 0,
    stdout: '2  p0\n1  p1\n1  slow\n',
  })
  const { stdout } = await gwscen(place, 'list', 'c.yaml', '--list-tags', '--json')
  expect(JSON.parse(stdout)).toEqual({ tags: [{ tag: 'p1', scenarios: 1 }] })
})
