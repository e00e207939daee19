import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { globSync } from 'tinyglobby'
import { expect, test } from 'vitest'
import { parseDocument } from '../document/document.ts'
import { createExpressions } from '../expressions/expressions.ts'
import { builtInDescription } from '../gateway/index.ts'
import type { Problem } from '../base/problem.ts'
import { checkFile } from './check-file.ts'
import { checkTemplate } from './check-template.ts'
import { KnownExpressions } from './known-expressions.ts'
import { compiledValidators } from './validators.ts'
import { vocabularyOf } from './vocabulary.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const texts = globSync(['scenarios/**/*.yaml', 'engine/testing/broken/*.yaml'], { cwd: ROOT, absolute: true })
  .sort()
  .map((file) => readFileSync(file, 'utf8'))

const vocabulary = vocabularyOf(builtInDescription)
const around = {
  expressions: new KnownExpressions(createExpressions(vocabulary), vocabulary.roots),
  described: { description: builtInDescription, validators: compiledValidators(builtInDescription) ?? {} },
  profiles: ['dedup'],
  fieldPaths: {},
  forRun: true,
}
const used = { templates: new Map<string, never>(), slips: [] }

function problemsOf(text: string): readonly Problem[] {
  const parsed = parseDocument('x.yaml', text)
  if (!parsed.ok) return parsed.problems
  const check = text.startsWith('template') ? checkTemplate : checkFile
  return check(parsed.value, around, used).problems()
}

/** A piece of one file in place of a piece of another, as a slip of copy and paste makes it. */
const mutated = fc
  .record({
    text: fc.constantFrom(...texts),
    other: fc.constantFrom(...texts),
    at: fc.nat(),
    length: fc.nat({ max: 60 }),
    from: fc.nat(),
    taken: fc.nat({ max: 60 }),
  })
  .map(({ text, other, at, length, from, taken }) => {
    const start = at % (text.length + 1)
    const piece = from % (other.length + 1)
    return text.slice(0, start) + other.slice(piece, piece + taken) + text.slice(start + length)
  })

test('whatever a file holds, its problems lie inside it', () => {
  fc.assert(
    fc.property(mutated, (text) => {
      for (const { span, code, message } of problemsOf(text)) {
        expect(span.start).toBeLessThanOrEqual(span.end)
        expect(span.end).toBeLessThanOrEqual(text.length)
        expect(span.line).toBeLessThanOrEqual(text.split('\n').length)
        expect(code).toMatch(/^[A-Z_]+$/)
        expect(message).not.toMatch(/undefined|\[object/)
      }
    }),
    { numRuns: 1500, seed: 20_251_124 },
  )
})

test('whatever shape a file has, it is told, not thrown', () => {
  const words = [
    'name',
    'steps',
    'send',
    'expect',
    'crd',
    'alert',
    'vars',
    'repeat',
    'during',
    'never',
    'use',
    'as',
  ]
  const shape = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(null, true, 3, 'x', '${vars.x}', '${', '2s'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...words), tie('value'), { maxKeys: 4 }),
    ),
  })).value
  fc.assert(
    fc.property(shape, (value) => {
      problemsOf(JSON.stringify(value))
      problemsOf(JSON.stringify({ name: 'x', steps: [value] }))
      problemsOf(JSON.stringify({ name: 'x', steps: value, vars: value, cases: value, matrix: value }))
    }),
    { numRuns: 600, seed: 20_251_124 },
  )
})
