import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readUsualConfig } from './testing/load.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gwscen-config-'))
})
afterEach(() => rm(folder, { recursive: true }))

const put = (text: string): Promise<void> => writeFile(join(folder, 'gwscen.config.yaml'), text)

test('no file is an empty configuration', () => {
  expect(readUsualConfig(folder)).toEqual({
    config: { allowedKinds: [], run: {} },
    problems: [],
    sources: new Map(),
  })
})

test('the nearest file above is read, whole', async () => {
  await put(`gateway: { description: kubernaut-2025-11, version: "1.4" }
profile: dedup
tags: [p0, slow]
allow: { kinds: [Secret] }
run:
  threads: 4
  fault: [answers-500]
`)
  await mkdir(join(folder, 'scenarios', 'a'), { recursive: true })
  const { config, problems } = readUsualConfig(join(folder, 'scenarios', 'a'))
  expect(problems).toEqual([])
  expect(config).toMatchObject({
    gateway: 'kubernaut-2025-11',
    gatewayVersion: '1.4',
    profile: 'dedup',
    tags: ['p0', 'slow'],
    allowedKinds: ['Secret'],
    run: { threads: { value: 4, span: { line: 6, col: 3 } }, fault: { value: ['answers-500'] } },
  })
})

test.each([
  ['profle: dedup', 'UNKNOWN_KEY', 'did you mean profile?'],
  ['profile: dedop', 'UNKNOWN_PROFILE', 'did you mean dedup?'],
  ['gateway: kubernaut', 'UNKNOWN_GATEWAY', 'expected one of kubernaut-2025-11'],
  ['run: { thread: 2 }', 'UNKNOWN_KEY', 'did you mean threads?'],
  ['run: { reporter: fancy }', 'BAD_VALUE', undefined],
  ['run: { threads: many }', 'BAD_VALUE', undefined],
  ['tags: p0', 'WRONG_TYPE', undefined],
  ['[1]', 'WRONG_TYPE', undefined],
  ['profile: [', 'UNCLOSED', undefined],
])('%s is %s', async (text, code, hint) => {
  await put(`${text}\n`)
  const { config, problems } = readUsualConfig(folder)
  expect(problems).toMatchObject([{ code, ...(hint === undefined ? {} : { hint }) }])
  expect(problems[0]?.span.file).toContain('gwscen.config.yaml')
  expect(config.run).toEqual({})
})
