import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { openDesk, ROOT } from './testing/fake-world.ts'
// Read before the first test begins, which has a limit.
import './validate.ts'

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')

test('the examples of the language are scenarios without a problem', async () => {
  using desk = openDesk()
  mkdirSync(join(desk.folder, 'scenarios'))
  const examples = [...readme.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)]
  expect(examples).toHaveLength(5)
  for (const [index, [, text = '']] of examples.entries())
    writeFileSync(join(desk.folder, 'scenarios', `example-${index + 1}.yaml`), text)
  expect(await desk.run(['validate'])).toEqual({ code: 0, stdout: 'no problems in 5 files\n', stderr: '' })
})

test.each(['README.md', 'docs/README.md', 'llms.txt'])('every file that %s leads to is there', (file) => {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const links = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, link = '']) => link)
  expect(links.length).toBeGreaterThan(3)
  expect(links.filter((link) => !existsSync(join(ROOT, dirname(file), link)))).toEqual([])
})
