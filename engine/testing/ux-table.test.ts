import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = new URL('../../', import.meta.url)
const fileAt = (path: string): string => fileURLToPath(new URL(path, ROOT))

interface Row {
  readonly number: number
  readonly state: string
  readonly text: string
  readonly tests: readonly { readonly file: string; readonly title: string }[]
}

const rows = readFileSync(fileAt('docs/ux-table.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| *\d+ *\|/.test(line))
  .map((line): Row => {
    const [, number = '', , state = '', text = ''] = line.split('|').map((cell) => cell.trim())
    const tests = [...text.matchAll(/`(engine\/\S+\.test\.ts) › ([^`]+)`/g)]
    return {
      number: Number(number),
      state,
      text,
      tests: tests.map(([, file = '', title = '']) => ({ file, title })),
    }
  })

test('every row of the study has its line, in order', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 38 }, (_, index) => index + 1))
})

test.each(rows)('row $number is done with a test, or says why not', ({ state, text, tests }) => {
  expect(['done', 'partly', 'no']).toContain(state)
  if (state === 'no') expect(tests).toEqual([])
  else expect(tests.length).toBeGreaterThan(0)
  // What is missing stands outside the names of tests, as a sentence.
  const words = text.replace(/`[^`]*`/g, '')
  if (state !== 'done') expect(words).toMatch(/[a-z]{2,} [a-z]{2,}.*\.$/)
})

const named = rows.flatMap(({ number, tests }) => tests.map((one) => ({ number, ...one })))

test.each(named)('row $number: $file has "$title"', ({ file, title }) => {
  expect(existsSync(fileAt(file))).toBe(true)
  const source = readFileSync(fileAt(file), 'utf8')
  expect([`'${title}'`, `"${title}"`, `\`${title}\``].some((quoted) => source.includes(quoted))).toBe(true)
})
