import { expect, test } from 'vitest'

import { formatYaml, parsePlain } from './plain.ts'

test('all documents of a text are read, empty ones left out', () => {
  expect(parsePlain('a: 1\n---\n# nothing\n---\nb: [2]\n')).toEqual([{ a: 1 }, { b: [2] }])
  expect(parsePlain('')).toEqual([])
})

test.each([
  ['a: 1\na: 2\n', /^2:1: a: /],
  ['a: { b: 1\n', /^1:4: \{ is not closed/],
  ['a: 1\n---\nb: *x\n', /^3:4: \*x/],
  ['['.repeat(500), /^1:101: nested too deep/],
])('%j is refused with its place', (text, message) => {
  expect(() => parsePlain(text)).toThrow(message)
})

test('a manifest may be longer than a scenario', () => {
  const text = Array.from({ length: 12_000 }, (_, index) => `k${index}: ${index}\n`).join('')
  expect(Object.keys(parsePlain(text)[0] as object)).toHaveLength(12_000)
})

test('what is printed is read back the same', () => {
  const value = {
    a: ['x: y', 'a\nb\n', '', '${x}', 'yes'],
    b: { c: null, d: 1.5, e: true, f: {} },
    long: 'word '.repeat(60),
  }
  expect(parsePlain(formatYaml(value))).toEqual([value])
})

test('an object that comes twice is printed twice', () => {
  const twice = { x: 1 }
  expect(formatYaml({ a: twice, b: twice })).toBe('a:\n  x: 1\nb:\n  x: 1\n')
})

test('a bound of a CRD beyond 2^53 is rounded', () => {
  expect(parsePlain('maximum: 9223372036854775807\n')).toEqual([{ maximum: 2 ** 63 }])
})
