import { expect, test } from 'vitest'
import { isForegroundJob } from './terminal-job.ts'

test.each([
  ['in the foreground', '77 (node) S 1 77 60 34816 77 4194304 1', true],
  ['in the background', '77 (node) S 1 77 60 34816 60 4194304 1', false],
  ['with a name that looks like more fields', '77 (a) R 2 (b) S 1 77 60 34816 77 0', true],
  ['where there is no such file', '', true],
])('a job %s', (_how, stat, expected) => {
  expect(isForegroundJob(stat)).toBe(expected)
})
