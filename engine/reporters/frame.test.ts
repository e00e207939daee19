import { describe, expect, test } from 'vitest'

import { codeFrame, type FrameOptions } from './frame.ts'
import { renderLines } from './text.ts'

/** The frame of the first `mark` in a text. */
function frameOf(source: string, mark: string, options: Partial<FrameOptions> = {}): string {
  const start = source.indexOf(mark)
  const before = source.slice(0, start)
  const line = before.split('\n').length
  const col = start - before.lastIndexOf('\n')
  const span = { file: 'a.yaml', line, col, start, end: start + mark.length }
  return renderLines(codeFrame({ source, span, ...options }))
}

describe('a code frame', () => {
  test('shows two lines around and carets under the whole span', () => {
    const source = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`).join('\n')
    expect(frameOf(source, '9')).toBe(
      [
        '  --> a.yaml:9:6',
        '   |',
        ' 7 | line 7',
        ' 8 | line 8',
        ' 9 | line 9',
        '   |      ^',
        '10 | line 10',
        '11 | line 11',
        '',
      ].join('\n'),
    )
  })

  test('leaves out what is not there before the first and after the last line', () => {
    expect(frameOf('only: this\n', 'this')).toBe(' --> a.yaml:1:7\n  |\n1 | only: this\n  |       ^^^^\n')
  })

  test.each<[string, string, string, string]>([
    ['tabs', 'a:\tb\tXY', 'XY', '1 | a:  b   XY\n  |         ^^\n'],
    ['a span of a tab', 'a:\tb', '\t', '1 | a:  b\n  |   ^^\n'],
    ['wide characters', '日本: 語XY', '語X', '1 | 日本: 語XY\n  |       ^^^\n'],
    ['emoji of several code points', '👩‍👩‍👧é: XY', 'XY', '1 | 👩‍👩‍👧é: XY\n  |      ^^\n'],
    ['combining marks', 'e\u0301e\u0301: XY', 'XY', '1 | e\u0301e\u0301: XY\n  |     ^^\n'],
    ['control characters', 'a\u001b\u202e: XY', 'XY', '1 | a\\x1b\\u202e: XY\n  |              ^^\n'],
    ['Windows line ends', 'XY\r\nb', 'XY', '1 | XY\n  | ^^\n2 | b\n'],
    ['the first line of a span of several', 'a: X  \n  Y', 'X  \n  Y', '1 | a: X\n  |    ^\n2 |   Y\n'],
    ['one caret for an empty span', 'ab', '', '1 | ab\n  | ^\n'],
  ])('measures %s', (_what, source, mark, expected) => {
    expect(frameOf(source, mark)).toBe(` --> a.yaml:1:${source.indexOf(mark) + 1}\n  |\n${expected}`)
  })

  test('puts one caret after the end of a line for a span that begins there', () => {
    const span = { file: 'a.yaml', line: 1, col: 3, start: 2, end: 2 }
    expect(renderLines(codeFrame({ source: 'a:\nb', span }))).toContain('1 | a:\n  |   ^\n')
  })

  test('cuts all lines around the carets when these are out of sight', () => {
    const source = `short\n${'a'.repeat(95)}MARK${'z'.repeat(95)}\n${'b'.repeat(120)}`
    expect(frameOf(source, 'MARK', { columns: 34 })).toBe(
      [
        ' --> a.yaml:2:96',
        '  |',
        '1 |',
        '2 | …aaaaaaaaaMARKzzzzzzzzzzzzzzz…',
        '  |           ^^^^',
        '3 | …bbbbbbbbbbbbbbbbbbbbbbbbbbbb…',
        '',
      ].join('\n'),
    )
  })

  test('keeps wide characters in their columns where a line is cut', () => {
    for (const lead of [40, 41]) {
      const [, , , marked = '', carets = ''] = [
        '',
        ...frameOf(`${'x'.repeat(lead % 2)}${'語'.repeat(20)}MARK${'語'.repeat(40)}`, 'MARK', {
          columns: 34,
        }).split('\n'),
      ]
      const before = marked.slice(0, marked.indexOf('MARK'))
      const cells = before.length + (before.match(/語/g)?.length ?? 0)
      expect(carets.indexOf('^')).toBe(cells)
    }
  })

  test('never draws more carets than there is room', () => {
    const frame = frameOf(`a: ${'x'.repeat(500)}`, 'x'.repeat(500), { columns: 40, ellipsis: '...' })
    for (const line of frame.split('\n')) expect(line.length).toBeLessThanOrEqual(40)
    expect(frame).toContain('x...\n')
  })

  test('is the place alone without the text or when the text is another one by now', () => {
    const span = { file: 'a.yaml', line: 9, col: 2, start: 80, end: 90 }
    expect(renderLines(codeFrame({ source: undefined, span }))).toBe('--> a.yaml:9:2\n')
    expect(renderLines(codeFrame({ source: 'a\n', span }))).toBe('--> a.yaml:9:2\n')
  })
})
