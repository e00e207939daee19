import { join } from 'node:path'
import { globSync } from 'tinyglobby'
import { expect, test } from 'vitest'
import { allPairs, EXAMPLES } from './example-pairs.ts'

const folder = join(import.meta.dirname, '..', '..', EXAMPLES)

test('every verb, subject, operator and claim on the past has a passing and a failing example, and its text', () => {
  const there = globSync('**/*', { cwd: folder, ignore: 'templates/**' }).sort()
  expect(there).toEqual(
    allPairs()
      .flatMap(({ passes, fails, failure }) => [passes, fails, failure])
      .sort(),
  )
})
