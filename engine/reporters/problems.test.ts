import { expect, test } from 'vitest'

import type { Problem } from '../base/problem.ts'
import { problemLines } from './problems.ts'
import { renderLines } from './text.ts'

const source = 'name: x\nsteps:\n  - wait: { for: { count: 3 }, wihtin: 5 }\n'
const at = (file: string, mark: string, rest: Omit<Problem, 'span'>): Problem => {
  const start = source.indexOf(mark)
  const before = source.slice(0, start).split('\n')
  const col = (before.at(-1) ?? '').length + 1
  return { ...rest, span: { file, line: before.length, col, start, end: start + mark.length } }
}
const problems = [
  at('b.yaml', 'name', { code: 'UNUSED', severity: 'warning', message: 'name: is not\u001b[2J used' }),
  at('a.yaml', 'wihtin', {
    code: 'UNKNOWN_KEY',
    severity: 'error',
    message: '`wihtin` is not a key of wait',
    hint: 'did you mean within?',
  }),
  at('a.yaml', 'wait', {
    code: 'NO_ASSERTION',
    severity: 'error',
    message: 'expected an assertion, got none',
  }),
]

test('problems stand in the order of their places, each with frame, hint and where to read more', async () => {
  const text = renderLines(problemLines({ problems, files: 14, sourceOf: () => source, columns: 60 }))
  await expect(text).toMatchFileSnapshot('testing/golden/problems.txt')
})

test.each<[string, readonly Problem[], number | undefined]>([
  ['2 problems, 1 warning in 2 of 14 files', problems, 14],
  ['1 warning in 1 file', problems.slice(0, 1), undefined],
  ['no problems in 1 file', [], 1],
  ['no problems', [], undefined],
])('the closing line says %s', (closing, given, files) => {
  const lines = problemLines({
    problems: given,
    sourceOf: () => undefined,
    ...(files === undefined ? {} : { files }),
  })
  expect(renderLines(lines).trimEnd().split('\n').at(-1)).toBe(closing)
})
