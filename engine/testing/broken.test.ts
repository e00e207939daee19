import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { problemLines } from '../reporters/problems.ts'
import { renderLines } from '../reporters/text.ts'
import { codes, problemCodes } from '../scenario/codes/index.ts'
import type { LoadOptions } from '../scenario/load.ts'
import { loadUsual } from '../scenario/testing/load.ts'

const ENGINE = join(import.meta.dirname, '..')
const FOLDER = join(import.meta.dirname, 'broken')

/** What no file in a repository can show; `load.test.ts` has them. */
const ON_DISK = ['TOO_BIG', 'NO_SUCH_FILE', 'NOT_A_FILE', 'UNREADABLE', 'OUTSIDE_ROOT', 'DUPLICATE_ID']

const SPECIAL: Readonly<Record<string, Partial<LoadOptions>>> = {
  NO_PROFILE: { config: {} },
  UNDECLARED_TAG: { config: { profile: 'dedup', tags: ['smoke', 'p0'] } },
}

const shown = Object.keys(problemCodes).filter((code) => !ON_DISK.includes(code))

describe('every code has a file that shows it', () => {
  test.each(shown)('%s', async (code) => {
    const loaded = await loadUsual(FOLDER, [`${code}.yaml`], SPECIAL[code])
    expect(loaded.problems.map((problem) => problem.code)).toEqual([code])
    const text = renderLines(
      problemLines({ problems: loaded.problems, sourceOf: (file) => loaded.sources.get(file) }),
    )
    await expect(text).toMatchFileSnapshot(join(FOLDER, `${code}.txt`))
  })

  test('and there is no file without a code', async () => {
    const names = (await readdir(FOLDER)).filter((name) => name !== 'templates')
    const expected = shown.flatMap((code) => [`${code}.txt`, `${code}.yaml`])
    expect(names.sort()).toEqual(expected.sort())
  })
})

test('every code that the checks use is explained', async () => {
  const used = new Set<string>()
  for (const folder of ['document', 'expressions', 'matchers', 'scenario']) {
    const files = await readdir(join(ENGINE, folder), { recursive: true })
    for (const file of files.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))) {
      if (basename(file) === 'validators.generated.ts') continue
      const text = await readFile(join(ENGINE, folder, file), 'utf8')
      for (const [, code = ''] of text.matchAll(
        /(?:code: |code = |exceed\(|find\(|\? |: )'([A-Z][A-Z_]{4,})'/g,
      )) {
        used.add(code)
      }
    }
  }
  const commands = new Set(['PEXPIRE', 'EXPIRE'])
  expect([...used].filter((code) => !(code in codes) && !commands.has(code)).sort()).toEqual([])
  expect(used.size).toBeGreaterThan(60)
})
