import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FileMemory } from './file-memory.ts'
import type { Loaded } from './load.ts'
import { loadUsual } from './testing/load.ts'

const SUITE = fileURLToPath(new URL('../../scenarios', import.meta.url))

const READY = `name: The gateway is ready
gateway: dedup
steps:
  - expect: { http: { path: /ready }, status: 200 }
`
const using = (template: string): string => `name: Uses a template
gateway: dedup
steps:
  - use: { template: ${template} }
`
const template = (path: string, more = ''): string => `template: Is well
steps:
  - expect: { http: { path: ${path} }, status: 200 }
${more}`
const UNSOUND = '[/ready]'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gwscen-memory-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function put(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

/** One load, and what it leaves for the next. */
async function load(
  text?: string,
  { paths = ['.'], basis = 'a build' }: { readonly paths?: readonly string[]; readonly basis?: string } = {},
): Promise<{ readonly loaded: Loaded; readonly news: string | undefined }> {
  const memory = new FileMemory({ text, basis, cwd: folder })
  const loaded = await loadUsual(folder, paths, { memory })
  return { loaded, news: memory.news(existsSync) }
}

const names = ({ scenarios }: Loaded): string[] => scenarios.map(({ name }) => name)
const codes = ({ problems }: Loaded): string[] => problems.map(({ code }) => code)

describe('what has not changed', () => {
  test('is the same to the last span, for every scenario of the suite', async () => {
    cpSync(SUITE, join(folder, 'scenarios'), { recursive: true })
    const first = await load()
    const second = await load(first.news)
    expect(first.loaded.scenarios.length).toBeGreaterThan(100)
    expect(second.loaded).toStrictEqual(first.loaded)
    expect(second.news).toBeUndefined()
  })

  test('is told with its warnings', async () => {
    put({ 'a.yaml': READY.replace('steps:', 'vars: { unused: 1 }\nsteps:') })
    const first = await load()
    expect(codes(first.loaded)).not.toEqual([])
    expect((await load(first.news)).loaded).toStrictEqual(first.loaded)
  })

  test('is not read as YAML again', async () => {
    put({ 'a.yaml': READY })
    const { news = '' } = await load()
    const { loaded } = await load(news.replace('The gateway is ready', 'From memory'))
    expect(names(loaded)).toEqual(['From memory'])
  })
})

describe('looked at again is', () => {
  const isFresh = async (change: () => void, more: Parameters<typeof load>[1] = {}): Promise<Loaded> => {
    const { news = '' } = await load()
    expect(news).toMatch(/The gateway is ready|Uses a template/)
    change()
    const marked = news.replaceAll(/The gateway is ready|Uses a template/g, 'From memory')
    const { loaded } = await load(marked, more)
    expect(names(loaded)).not.toContain('From memory')
    return loaded
  }

  test('a file that has changed', async () => {
    put({ 'a.yaml': READY })
    const loaded = await isFresh(() => put({ 'a.yaml': READY.replace('is ready', 'is there') }))
    expect(names(loaded)).toEqual(['The gateway is there'])
  })

  test('a file whose template has changed', async () => {
    put({ 'a.yaml': using('t.yaml'), 't.yaml': template('/ready') })
    const loaded = await isFresh(() => put({ 't.yaml': template(UNSOUND) }))
    expect(codes(loaded)).toEqual(['WRONG_TYPE'])
  })

  test('a file whose template uses one that has changed', async () => {
    const inner = template('/ready')
    put({
      'a.yaml': using('t.yaml'),
      't.yaml': template('/ready', '  - use: { template: u.yaml }'),
      'u.yaml': inner,
    })
    await isFresh(() => put({ 'u.yaml': template('/health') }))
  })

  test('a file whose template is gone', async () => {
    put({ 'a.yaml': using('t.yaml'), 't.yaml': template('/ready') })
    const loaded = await isFresh(() => rmSync(join(folder, 't.yaml')))
    expect(codes(loaded)).toEqual(['NO_SUCH_TEMPLATE'])
  })

  test('every file for another build, or other surroundings', async () => {
    put({ 'a.yaml': READY })
    await isFresh(() => undefined, { basis: 'another build' })
  })

  test('a file that belongs to another root, since its id is another one', async () => {
    put({ 'a/b.yaml': READY })
    const { scenarios } = await isFresh(() => put({ 'a/gwscen.config.yaml': '{}' }))
    expect(scenarios.map(({ id }) => id)).toEqual(['b'])
  })

  test('a file of which another case is wanted', async () => {
    put({ 'a.yaml': READY.replace('steps:', 'cases:\n  - { name: one }\n  - { name: two }\nsteps:') })
    const loaded = await isFresh(() => undefined, { paths: ['a.yaml:5'] })
    expect(loaded.scenarios.map(({ id }) => id)).toEqual(['a[two]'])
  })
})

describe('not remembered is', () => {
  test('what has errors', async () => {
    put({ 'a.yaml': READY.replace('status', 'statsu') })
    expect((await load()).news).toBeUndefined()
  })

  test('what uses a template with errors', async () => {
    put({ 'a.yaml': using('t.yaml'), 't.yaml': template(UNSOUND) })
    expect((await load()).news).toBeUndefined()
  })

  test('a template that uses one which is not there yet', async () => {
    put({
      't.yaml': template('/ready', '  - use: { template: u.yaml }'),
      'u.yaml': template('/health', '  - use: { template: v.yaml }'),
    })
    expect((await load()).news).toBeUndefined()
  })
})

test('what is no memory is none', async () => {
  put({ 'a.yaml': READY })
  for (const text of ['', '{', '[]', 'null', '{"basis":1}', '{"files":{}}'])
    expect(names((await load(text)).loaded)).toEqual(['The gateway is ready'])
})

test('files that were not asked for stay known as long as they are there', async () => {
  put({ 'a.yaml': READY, 'b.yaml': READY, 'c.yaml': READY })
  const { news: all } = await load()
  put({ 'a.yaml': READY.replace('is ready', 'is there') })
  rmSync(join(folder, 'c.yaml'))
  const { news = '' } = await load(all, { paths: ['a.yaml'] })
  const { files } = JSON.parse(news) as { readonly files: object }
  expect(Object.keys(files).sort()).toEqual([join(folder, 'a.yaml'), join(folder, 'b.yaml')])
})
