import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDesk, type Desk } from '../testing/fake-world.ts'
// Read before the first test begins, which has a limit.
import './docs.ts'

const scenario = (head: string): string =>
  `${head}\ngateway: dedup\nsteps:\n  - expect: { http: { path: /ready }, status: 200 }\n`

const FILES: Readonly<Record<string, string>> = {
  'one.yaml': scenario(
    'name: An alert is *kept*\ndescription: >\n  Two lines\n  of words.\ntags: [p0]\ncovers: [BR-10, BR-9]\nowner: red',
  ),
  'two.yaml': scenario('name: It is ready\ncovers: [BR-9]\ncases: [{ name: a }, { name: b }]'),
  'free.yaml': scenario(`name: "<script>alert('x')</script> & \`code\`"`),
}

let desk: Desk
beforeEach(() => {
  desk = openDesk()
  mkdirSync(join(desk.folder, 'scenarios'))
  for (const [file, text] of Object.entries(FILES)) writeFileSync(join(desk.folder, 'scenarios', file), text)
})
afterEach(() => desk[Symbol.dispose]())

test('is by requirement, in its order, and what has none is last', async () => {
  const { code, stdout, stderr } = await desk.run(['docs'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toBe(`# Scenarios

4 scenarios in 3 files.

## BR-9

- **An alert is \\*kept\\***
  Two lines of words.\\
  [scenarios/one.yaml](<scenarios/one.yaml>) · profile dedup · p0 · owner red
- **It is ready**
  [scenarios/two.yaml](<scenarios/two.yaml>) · profile dedup · 2 cases

## BR-10

- **An alert is \\*kept\\***
  Two lines of words.\\
  [scenarios/one.yaml](<scenarios/one.yaml>) · profile dedup · p0 · owner red

## Without a requirement

- **\\<script\\>alert('x')\\</script\\> &amp; \\\`code\\\`**
  [scenarios/free.yaml](<scenarios/free.yaml>) · profile dedup
`)
})

test('is by tag or by owner where that is asked for', async () => {
  const headings = async (by: string): Promise<readonly string[]> =>
    (await desk.run(['docs', '--by', by])).stdout.split('\n').filter((line) => line.startsWith('## '))
  expect(await headings('tags')).toEqual(['## p0', '## Without a tag'])
  expect(await headings('owner')).toEqual(['## red', '## Without an owner'])
})

test('as HTML is one page with nothing alive in it', async () => {
  const { stdout } = await desk.run(['docs', '--format', 'html', '--out', 'out/page.html'])
  expect(stdout).toBe('wrote out/page.html: 4 scenarios in 3 files\n')
  const page = readFileSync(join(desk.folder, 'out', 'page.html'), 'utf8')
  expect(page).not.toMatch(/<script|<link|<img|src=/)
  expect(page).toContain('&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; `code`')
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`)
  expect(page).toContain('<a href="#c0">BR-9</a> (2)')
})

test('is not written while files have problems, or where there is no scenario', async () => {
  writeFileSync(join(desk.folder, 'scenarios', 'one.yaml'), 'name: x\n')
  const { code, stderr } = await desk.run(['docs', '--out', 'page.md'])
  expect(code).toBe(2)
  expect(stderr).toContain('scenarios/one.yaml')
  expect(existsSync(join(desk.folder, 'page.md'))).toBe(false)
  mkdirSync(join(desk.folder, 'empty'))
  expect(await desk.run(['docs', 'empty'])).toMatchObject({ code: 4, stdout: '' })
})

test('that cannot be written is exit code 74', async () => {
  writeFileSync(join(desk.folder, 'taken'), '')
  expect(await desk.run(['docs', '--out', 'taken/page.md'])).toMatchObject({
    code: 74,
    stderr: expect.stringMatching(/^gwscen: docs: taken\/page\.md could not be written: ./) as string,
  })
})
