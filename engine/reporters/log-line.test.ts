import { expect, test } from 'vitest'
import { levelOf, readableLine } from './log-line.ts'

test.each([
  [
    '{"request_id":"r-1","level":"info","ts":"2026-11-29T00:52:43.329Z","msg":"signal received","bytes":12}',
    '00:52:43.329 info signal received request_id=r-1 bytes=12',
  ],
  ['{"ts":1764374400.5,"level":"ERROR","msg":"no answer"}', '00:00:00.500 error no answer'],
  ['{"msg":"with blanks","why":"a b","n":{"x":[1]}}', 'with blanks why="a b" n={"x":[1]}'],
  ['{"ts":"soon","msg":"no time"}', 'no time'],
  ['{"level":"info"}', '{"level":"info"}'],
  ['{"msg":', '{"msg":'],
  ['plain text', 'plain text'],
])('%j is shown as %j', (line, shown) => {
  expect(readableLine(line)).toBe(shown)
})

test('how bad a line is', () => {
  expect(levelOf('{"level":"Error","msg":"x"}')).toBe('error')
  expect(levelOf('{"level":5}')).toBeUndefined()
  expect(levelOf('error: x')).toBeUndefined()
})
