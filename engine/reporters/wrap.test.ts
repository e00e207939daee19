import fc from 'fast-check'
import { expect, test } from 'vitest'
import { command, renderLines, toned, widthOfLine, type Line } from './text.ts'
import { wrap } from './wrap.ts'

const texts = (line: Line, columns: number): readonly string[] =>
  renderLines(wrap(line, columns)).trimEnd().split('\n')

test('what fits is left as it is', () => {
  const line = ['  a  b']
  expect(wrap(line, 6)).toEqual([line])
})

test('a line is broken at blanks, and the rest hangs two cells in', () => {
  expect(texts(['  one two  three four'], 11)).toEqual(['  one two', '    three', '    four'])
})

test('pieces without a blank between them stay together', () => {
  expect(texts(['say ', toned('bad', 'hello'), ': you'], 9)).toEqual(['say', '  hello:', '  you'])
})

test('a word is broken only where it alone is too long, between whole characters', () => {
  expect(texts(['ab cdefghij'], 6)).toEqual(['ab', '  cdef', '  ghij'])
  expect(texts(['語語語語'], 5)).toEqual(['語語', '  語', '  語'])
})

test('a command is never broken', () => {
  const line = ['run it again ', command('npx gwscen run scenarios/long/name.yaml')]
  expect(texts(line, 20)).toEqual(['run it again', '  npx gwscen run scenarios/long/name.yaml'])
})

test('nothing is lost, and no line is too wide', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 6 }),
      fc.integer({ min: 8, max: 40 }),
      (pieces, columns) => {
        const lines = wrap(pieces, columns)
        for (const line of lines) expect(widthOfLine(line)).toBeLessThanOrEqual(columns)
        const blank = (all: readonly Line[]): string => renderLines(all).replace(/\s/g, '')
        expect(blank(lines)).toBe(blank([pieces]))
      },
    ),
    { seed: 11, numRuns: 300 },
  )
})
