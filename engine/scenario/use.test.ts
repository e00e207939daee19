import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Template } from './scenario.ts'
import { loadUsual } from './testing/load.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gwscen-use-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
}

const USING = `name: it holds
gateway: dedup
steps:
  - use: { template: parts/outer.yaml, inputs: { count: 2 } }
    as: w
  - expect: { value: "\${w.count}", $eq: 2 }
`
const OUTER = `template: Counts
inputs: { count: { type: integer }, pause: { type: duration, default: 1s } }
outputs: { count: "\${inputs.count}" }
steps:
  - use: { template: inner.yaml }
`
const INNER = `template: Waits
steps:
  - wait: 1s
`

test('a scenario carries the templates that it leads to, as they are written', async () => {
  await put({ 'a.yaml': USING, 'parts/outer.yaml': OUTER, 'parts/inner.yaml': INNER })
  const loaded = await loadUsual(folder, ['a.yaml'])
  expect(loaded.problems).toEqual([])
  const [scenario] = loaded.scenarios
  expect(scenario?.uses).toEqual({ 'parts/outer.yaml': 'parts/outer.yaml' })
  expect(Object.keys(scenario?.templates ?? {}).sort()).toEqual(['parts/inner.yaml', 'parts/outer.yaml'])
  const { spans, ...outer }: Partial<Template> = scenario?.templates?.['parts/outer.yaml'] ?? {}
  expect(outer).toEqual({
    file: 'parts/outer.yaml',
    inputs: { count: { type: 'integer' }, pause: { type: 'duration', default: '1s' } },
    outputs: { count: '${inputs.count}' },
    steps: [{ use: { template: 'inner.yaml' } }],
    uses: { 'inner.yaml': 'parts/inner.yaml' },
  })
  expect(spans?.['steps.0.use']).toMatchObject({ file: 'parts/outer.yaml', line: 5 })
  expect(structuredClone(scenario)).toEqual(scenario)
})

test('reports can quote a template that was not asked for', async () => {
  await put({ 'a.yaml': USING, 'parts/outer.yaml': OUTER, 'parts/inner.yaml': INNER })
  const loaded = await loadUsual(folder, ['a.yaml'])
  expect(loaded.sources.get('parts/inner.yaml')).toBe(INNER)
})

test('a template with errors keeps its scenarios from running, and is told once', async () => {
  const wrong = INNER.replace('wait: 1s', 'wiat: 1s')
  await put({ 'a.yaml': USING, 'b.yaml': USING, 'parts/outer.yaml': OUTER, 'parts/inner.yaml': wrong })
  for (const paths of [['a.yaml', 'b.yaml'], ['.']]) {
    const loaded = await loadUsual(folder, paths)
    expect(loaded.problems.map(({ code, span }) => `${code} ${span.file}:${span.line}`)).toEqual([
      'UNKNOWN_VERB parts/inner.yaml:3',
    ])
    expect(loaded.scenarios).toEqual([])
  }
})
