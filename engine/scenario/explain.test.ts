import { expect, test } from 'vitest'
import { builtInDescription } from '../gateway/index.ts'
import { operators } from '../matchers/index.ts'
import { codes } from './codes/index.ts'
import { explain, nearestTopic } from './explain.ts'
import { fileSchema } from './file-schema.ts'
import { keysOf, subjectGrammars, verbs } from './grammar.ts'

const words = [
  ...verbs.keys(),
  ...subjectGrammars.keys(),
  ...keysOf(fileSchema),
  ...operators.map(({ name }) => name),
  ...Object.keys(codes),
  'fingerprint',
  'unique',
]

test.each(words)('%s is explained', (word) => {
  expect(explain(word, builtInDescription)).toContain(word)
})

test('a verb is explained with its keys and examples of this gateway', () => {
  const text = explain('never', builtInDescription)
  expect(text).toContain('  for: How long to watch. (a duration like 5s, needed)')
  expect(text).toContain('- never: { crd: RemediationRequest,')
})

test('a code may be written in small letters', () => {
  expect(explain('no_assertion', builtInDescription)).toContain('NO_ASSERTION: Nothing is asserted')
})

test('there are lists of everything', () => {
  for (const list of ['verbs', 'subjects', 'matchers', 'functions', 'codes']) {
    expect(explain(list, builtInDescription)?.split('\n').length).toBeGreaterThan(5)
  }
})

test('an unknown word has no explanation, but a neighbour', () => {
  expect(explain('sned', builtInDescription)).toBeUndefined()
  expect(nearestTopic('sned', builtInDescription)).toBe('send')
})
