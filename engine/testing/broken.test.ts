import { readdirSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { problemLines } from '../reporters/problems.ts'
import { renderLines } from '../reporters/text.ts'
import { codes, problemCodes } from '../scenario/codes/index.ts'
import type { Loaded, LoadOptions } from '../scenario/load.ts'
import { loadUsual, readUsualConfig } from '../scenario/testing/load.ts'
import { putOnDisk, readLayout } from './on-disk.ts'

const ENGINE = join(import.meta.dirname, '..')
const FOLDER = join(import.meta.dirname, 'broken')
const ON_DISK = join(FOLDER, 'on-disk')

const SPECIAL: Readonly<Record<string, Partial<LoadOptions>>> = {
  NO_PROFILE: { config: {} },
  UNDECLARED_TAG: { config: { profile: 'dedup', tags: ['smoke', 'p0'] } },
}

describe('every code has a file that shows it', () => {
  const inFile = codesIn(FOLDER)
  const onDisk = codesIn(ON_DISK)

  test.each(inFile)('%s', async (code) => {
    await expectTold(await loadUsual(FOLDER, [`${code}.yaml`], SPECIAL[code]), code, FOLDER)
  })

  test.each(onDisk)('%s, which only a disk can show', async (code) => {
    const folder = await mkdtemp(join(tmpdir(), 'gwscen-broken-'))
    try {
      const layout = await readLayout(join(ON_DISK, `${code}.yaml`))
      await putOnDisk(folder, layout)
      const told = layout.load === undefined ? readUsualConfig(folder) : await loadUsual(folder, layout.load)
      await expectTold(told, code, ON_DISK)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('without exception', () => {
    expect([...inFile, ...onDisk].sort()).toEqual(Object.keys(problemCodes).sort())
  })
})

function codesIn(folder: string): readonly string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'))
  return names.map((name) => basename(name, '.yaml'))
}

/** Exactly this problem, in exactly these words. */
async function expectTold(
  { problems, sources }: Pick<Loaded, 'problems' | 'sources'>,
  code: string,
  folder: string,
): Promise<void> {
  expect(problems.map((problem) => problem.code)).toEqual([code])
  const text = renderLines(problemLines({ problems, sourceOf: (file) => sources.get(file) }))
  await expect(text).toMatchFileSnapshot(join(folder, `${code}.txt`))
}

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
