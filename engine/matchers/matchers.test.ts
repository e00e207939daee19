import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { checkMatcher } from './check.ts'
import { compileMatcher } from './compile.ts'
import { operators } from './index.ts'
import { matcherSchema } from './schema.ts'

function fits(expected: unknown, actual: unknown): boolean {
  return compileMatcher(expected)(actual).length === 0
}

/** `path: expected` of every mismatch. */
function told(expected: unknown, actual: unknown): string[] {
  return compileMatcher(expected)(actual).map((mismatch) => `${mismatch.path}: ${mismatch.expected}`)
}

describe('plain values', () => {
  test.each([
    [4, 4, true],
    [4, '4', false],
    [null, null, true],
    [null, undefined, false],
    ['a', 'a', true],
    [true, 1, false],
    [{}, { a: 1 }, true],
    [{ a: 1 }, { a: 1, b: 2 }, true],
    [{ a: 1 }, { b: 2 }, false],
    [{ a: 1 }, [1], false],
    [{ a: { b: 1 } }, { a: { b: 1, c: 2 } }, true],
    [[1, 2], [1, 2], true],
    [[1, 2], [2, 1], false],
    [[1], [1, 2], false],
    [[{ a: 1 }], [{ a: 1, b: 2 }], true],
    [[], [], true],
    [[], {}, false],
  ])('%j against %j: %j', (expected, actual, result) => {
    expect(fits(expected, actual)).toBe(result)
  })

  test('all fields that differ are told, with their paths', () => {
    const expected = { spec: { isReply: true, count: 4, items: [{ name: 'a' }, { name: 'b' }] }, kind: 'X' }
    const actual = { spec: { isReply: false, items: [{ name: 'a' }, { name: 'c' }] }, kind: 'X' }
    expect(told(expected, actual)).toEqual(['spec.isReply: true', 'spec.count: 4', 'spec.items.1.name: b'])
  })

  test('a list of another length is told once, beside the elements that differ', () => {
    expect(told([1, 2, 3], [1, 5])).toEqual([': 3 elements', '1: 2'])
  })

  test('own members alone are looked at', () => {
    expect(fits({ toString: { $absent: true } }, {})).toBe(true)
    expect(fits({ __proto__x: { $absent: true } }, { a: 1 })).toBe(true)
  })

  test('below an absent map everything is absent', () => {
    expect(fits({ labels: { app: { $absent: true } } }, {})).toBe(true)
    expect(told({ labels: { app: 'web' } }, {})).toEqual(['labels: { app: "web" }'])
    expect(fits({ labels: {} }, {})).toBe(false)
  })
})

describe('operators', () => {
  const rows: readonly [unknown, unknown, boolean][] = [
    [{ $eq: { a: 1 } }, { a: 1 }, true],
    [{ $eq: { a: 1 } }, { a: 1, b: 2 }, false],
    [{ $eq: { a: 1, b: 2 } }, { b: 2, a: 1 }, true],
    [{ $ne: 'x' }, 'y', true],
    [{ $ne: 'x' }, 'x', false],
    [{ $ne: 'x' }, undefined, true],
    [{ $gt: 3 }, 4, true],
    [{ $gt: 3 }, 3, false],
    [{ $gt: 3 }, '4', false],
    [{ $gte: 3 }, 3, true],
    [{ $lt: 3 }, 3, false],
    [{ $lte: 3 }, 3, true],
    [{ $gte: 1, $lte: 3 }, 2, true],
    [{ $gte: 1, $lte: 3 }, 4, false],
    [{ $between: [1, 3] }, 3, true],
    [{ $between: [1, 3] }, 3.1, false],
    [{ $between: ['2025-01-01T00:00:00Z', '2025-01-01T00:00:02Z'] }, '2025-01-01T01:00:01+01:00', true],
    [{ $between: ['2025-01-01T00:00:00Z', '2025-01-01T00:00:02Z'] }, 3, false],
    [{ $in: [201, 202] }, 202, true],
    [{ $in: [201, 202] }, 200, false],
    [{ $in: [{ a: 1 }] }, { a: 1 }, true],
    [{ $matches: '^a+$' }, 'aaa', true],
    [{ $matches: 'b' }, 'abc', true],
    [{ $matches: '^b' }, 'abc', false],
    [{ $matches: '1' }, 1, false],
    [{ $contains: 'imeou' }, 'timeout', true],
    [{ $contains: 'x' }, 'timeout', false],
    [{ $contains: 'a' }, ['b', 'a'], true],
    [{ $contains: { a: 1 } }, [{ a: 1, b: 2 }], true],
    [{ $contains: { $gt: 3 } }, [1, 2], false],
    [{ $contains: 1 }, '1', false],
    [{ $startsWith: 'rr-' }, 'rr-1', true],
    [{ $startsWith: 'rr-' }, 'x-rr-1', false],
    [{ $after: '2025-11-24T12:00:00.123456Z' }, '2025-11-24T12:00:00.123457Z', true],
    [{ $after: '2025-11-24T12:00:00.123456Z' }, '2025-11-24T13:00:00.123456+01:00', false],
    [{ $before: '2025-11-24T12:00:00.5Z' }, '2025-11-24T12:00:00.499999Z', true],
    [{ $near: { to: '2025-11-24T12:00:00.123457Z', by: '2s' } }, '2025-11-24T12:00:02.123457Z', true],
    [{ $near: { to: '2025-11-24T12:00:00.123457Z', by: '2s' } }, '2025-11-24T12:00:02.12346Z', false],
    [{ $length: 2 }, [1, 2], true],
    [{ $length: 2 }, 'é😀', true],
    [{ $length: 1 }, { a: 1 }, true],
    [{ $length: { $gte: 2 } }, [1], false],
    [{ $length: 0 }, undefined, false],
    [{ $empty: true }, [], true],
    [{ $empty: true }, '', true],
    [{ $empty: false }, {}, false],
    [{ $empty: false }, 'x', true],
    [{ $empty: false }, undefined, false],
    [{ a: { $absent: true } }, {}, true],
    [{ a: { $absent: true } }, { a: null }, false],
    [{ a: { $absent: false } }, { a: null }, true],
    [{ $type: 'integer' }, 3, true],
    [{ $type: 'integer' }, 3.5, false],
    [{ $type: 'map' }, [], false],
    [{ $type: 'list' }, [], true],
    [{ $type: 'time' }, '2025-11-24T12:00:00.5Z', true],
    [{ $type: 'time' }, 'yesterday', false],
    [{ $each: { s: 1 } }, [{ s: 1 }, { s: 1, t: 2 }], true],
    [{ $each: { s: 1 } }, [{ s: 1 }, { s: 2 }], false],
    [{ $each: {} }, [], false],
    [{ $any: 2 }, [1, 2], true],
    [{ $any: 3 }, [1, 2], false],
    [{ $any: 3 }, [], false],
    [{ $none: 3 }, [1, 2], true],
    [{ $none: 2 }, [1, 2], false],
    [{ $none: 2 }, [], true],
    [{ $only: [1, 2] }, [2, 1], true],
    [{ $only: [1, 2] }, [2, 1, 3], false],
    [{ $only: [1, 1] }, [1], false],
    [{ $only: [{ $gt: 0 }, 5] }, [5, 1], true],
    [{ $only: [] }, [], true],
    [{ $unique: true }, [1, 2, '1'], true],
    [
      { $unique: true },
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      false,
    ],
    [{ $unique: 'spec.id' }, [{ spec: { id: 1 } }, { spec: { id: 2 } }], true],
    [{ $unique: 'spec.id' }, [{ spec: { id: 1 } }, { spec: { id: 1 } }], false],
    [{ $not: { $matches: '^kube' } }, 'app', true],
    [{ $not: 4 }, 4, false],
    [{ $all: [{ $startsWith: 'a' }, { $length: 2 }] }, 'ab', true],
    [{ $all: [{ $startsWith: 'a' }, { $length: 2 }] }, 'abc', false],
    [{ $after: '2025-11-24T12:00:00Z' }, '2025-11-24T12:00:00.001Z', true],
    [{ $after: '2025-11-24T12:00:00Z' }, '2025-11-24T12:00:00Z', false],
    [{ $after: '2025-11-24T12:00:00Z' }, 1e15, false],
    [{ $after: 3 }, 4, true],
    [{ $before: '2025-11-24T12:00:00Z' }, '2025-11-24T12:30:00+01:00', true],
    [{ $before: 3 }, 3, false],
    [{ $near: { to: '2025-11-24T12:00:00Z', by: '2s' } }, '2025-11-24T12:00:02Z', true],
    [{ $near: { to: '2025-11-24T12:00:00Z', by: '2s' } }, '2025-11-24T11:59:57Z', false],
    [{ $near: { to: 10, by: 0.5 } }, 10.5, true],
    [{ $near: { to: 10, by: 0.5 } }, 9.4, false],
  ]
  test.each(rows)('%j against %j: %j', (expected, actual, result) => {
    expect(fits(expected, actual)).toBe(result)
    expect(checkMatcher(expected, [])).toEqual([])
  })

  test.each([
    [{ $gte: 3 }, 1, [': at least 3']],
    [{ $in: [201, 202] }, 1, [': one of 201, 202']],
    [{ a: { $absent: true } }, { a: 1 }, ['a: absent']],
    [{ a: { $length: 4 } }, { a: [1] }, ['a: length 4']],
    [{ a: { $length: { $gte: 2 } } }, { a: [1] }, ['a: length at least 2']],
    [{ $each: { s: 202 } }, [{ s: 202 }, { s: 500 }, { s: 503 }], ['1.s: 202', '2.s: 202']],
    [
      { $none: { $gt: 1 } },
      [1, 2, 3],
      ['1: no element matching { $gt: 1 }', '2: no element matching { $gt: 1 }'],
    ],
    [{ $only: ['a', 'b'] }, ['a', 'c'], [': an element "b"', '1: no further element']],
    [{ $unique: 'id' }, [{ id: 1 }, { id: 2 }, { id: 1 }], ['2.id: another value at id than element 0']],
    [{ $near: { to: 10, by: 1 } }, 12, [': within 1 of 10']],
    [{ $matches: '^a' }, 'b', [': matching ^a']],
    [{ $not: 'x' }, 'x', [': not "x"']],
    ['4', 4, [': "4"']],
    [{ $gt: 5, $lt: 3 }, 4, [': more than 5', ': less than 3']],
  ])('%j against %j tells %j', (expected, actual, texts) => {
    expect(told(expected, actual)).toEqual(texts)
  })

  test('$length tells the length that was found', () => {
    expect(compileMatcher({ $length: 4 })([1])).toEqual([{ path: '', expected: 'length 4', actual: 1 }])
  })

  test('$expr sees the candidate', () => {
    const seen: unknown[] = []
    const evaluate = (text: string, it: unknown): unknown => {
      seen.push([text, it])
      return it === 2
    }
    expect(compileMatcher({ $each: { $expr: 'it == 2' } }, { evaluate })([2, 3])).toEqual([
      { path: '1', expected: 'true of it == 2', actual: 3 },
    ])
    expect(seen).toEqual([
      ['it == 2', 2],
      ['it == 2', 3],
    ])
  })

  test('an expression that gives neither true nor false is an error, not a mismatch', () => {
    expect(() => compileMatcher({ $expr: 'it' }, { evaluate: () => 1 })(1)).toThrow('expected true or false')
  })

  test('what an expression throws goes through', () => {
    const evaluate = (): never => {
      throw new Error('no such member')
    }
    expect(() => compileMatcher({ $not: { $expr: 'it.x' } }, { evaluate })(1)).toThrow('no such member')
  })

  test('an evil pattern on a long text takes linear time', () => {
    expect(fits({ $matches: '^(a+)+$' }, `${'a'.repeat(65_536)}!`)).toBe(false)
  })

  test('$only finds the pairing that works, whatever the order', () => {
    expect(fits({ $only: [{ $gt: 0 }, { $gt: 1 }, { $gt: 2 }] }, [3, 2, 1])).toBe(true)
    expect(fits({ $only: [{ $gt: 0 }, { $gt: 1 }, { $gt: 2 }] }, [1, 1, 3])).toBe(false)
  })
})

describe('what a template gave', () => {
  test.each([
    [{ $gt: 'x' }],
    [{ $in: 3 }],
    [{ $matches: '(?=a)' }],
    [{ $near: 1 }],
    [{ $unknown: 1 }],
    [{ $gt: 1, a: 2 }],
  ])('%j cannot be made a matcher', (expected) => {
    expect(() => compileMatcher(expected)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/./) as string }),
    )
  })
})

describe('static problems', () => {
  type Row = readonly [unknown, readonly (string | number)[], string | undefined, string, string | undefined]
  const rows: readonly Row[] = [
    [{ $gtt: 3 }, [], '$gtt', 'UNKNOWN_OPERATOR', 'did you mean $gt?'],
    [{ a: [{ $lenght: 3 }] }, ['a', 0], '$lenght', 'UNKNOWN_OPERATOR', 'did you mean $length?'],
    [{ $gt: 1, b: 2 }, [], 'b', 'MIXED_MATCHER', 'use $all to say both'],
    [{ $gt: '3' }, ['$gt'], undefined, 'BAD_OPERAND', undefined],
    [{ a: { $in: 3 } }, ['a', '$in'], undefined, 'BAD_OPERAND', undefined],
    [{ $matches: 'a(?=b)' }, ['$matches'], undefined, 'BAD_PATTERN', undefined],
    [{ $matches: '[' }, ['$matches'], undefined, 'BAD_PATTERN', undefined],
    [{ $type: 'strng' }, ['$type'], undefined, 'BAD_OPERAND', 'did you mean string?'],
    [{ $not: { $all: [{ $lt: true }] } }, ['$not', '$all', 0, '$lt'], undefined, 'BAD_OPERAND', undefined],
    [{ $only: [1, { $gtt: 1 }] }, ['$only', 1], '$gtt', 'UNKNOWN_OPERATOR', 'did you mean $gt?'],
    [{ $between: [3, 1] }, ['$between'], undefined, 'BAD_OPERAND', undefined],
    [{ $near: { to: 1, by: '1s' } }, ['$near'], undefined, 'BAD_OPERAND', undefined],
    [{ $absent: 'yes' }, ['$absent'], undefined, 'BAD_OPERAND', undefined],
    [{ $length: '2' }, ['$length'], undefined, 'BAD_OPERAND', undefined],
    [{ $length: -1 }, ['$length'], undefined, 'BAD_OPERAND', undefined],
    [{ $length: { $gt: 'a' } }, ['$length', '$gt'], undefined, 'BAD_OPERAND', undefined],
  ]
  test.each(rows)('%j', (...[matcher, path, key, code, hint]) => {
    const found = checkMatcher(matcher, ['spec'])
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ path: ['spec', ...path], code })
    expect(found[0]?.key).toBe(key)
    expect(found[0]?.hint).toBe(hint)
  })

  test('templates may stand anywhere', () => {
    const matcher = { $gt: '${vars.n}', a: undefined }
    expect(checkMatcher({ $gt: matcher.$gt }, [])).toEqual([])
    expect(
      checkMatcher({ $between: ['${a}', 3], $in: '${list}', $near: { to: '${t}', by: '2s' } }, []),
    ).toEqual([])
    expect(checkMatcher({ $matches: '^${vars.alert}(' }, [])).toEqual([])
  })

  test('all problems are found', () => {
    expect(checkMatcher({ a: { $gtt: 1 }, b: [{ $in: 1 }], c: { $gt: 1, d: 1 } }, [])).toHaveLength(3)
  })
})

describe('the registry', () => {
  test('every operator explains itself, and its examples are right', () => {
    for (const { name, summary, examples, check } of operators) {
      expect(name).toMatch(/^\$[a-z][A-Za-z]*$/)
      expect(summary).toMatch(/^[A-Z].*\.$/)
      expect(examples.length).toBeGreaterThan(0)
      for (const example of examples) {
        expect(check?.(example), `${name}: ${JSON.stringify(example)}`).toBeUndefined()
        expect(() => compileMatcher({ [name]: example }, { evaluate: () => true })).not.toThrow()
      }
    }
  })

  test('it holds every operator of the language, once', () => {
    const language =
      '$eq $ne $gt $gte $lt $lte $between $in $matches $contains $startsWith $length $empty $absent $type $each $any ' +
      '$none $only $unique $not $all $after $before $near $expr'
    expect(operators.map(({ name }) => name)).toEqual(language.split(' '))
    expect(Object.keys(matcherSchema()['properties'] as object)).toEqual(language.split(' '))
  })
})

describe('against a naive reading', () => {
  type Naive = (actual: unknown) => boolean

  /** Says in another way, field by field and without paths, what the language says. */
  function naive(expected: unknown): Naive {
    if (Array.isArray(expected)) {
      return (actual) =>
        Array.isArray(actual) &&
        actual.length === expected.length &&
        expected.every((item, at) => naive(item)(actual[at]))
    }
    if (typeof expected !== 'object' || expected === null) return (actual) => actual === expected
    const entries = Object.entries(expected)
    if (entries.some(([key]) => key.startsWith('$'))) {
      return (actual) => entries.every(([key, operand]) => naiveOperator(key, operand)(actual))
    }
    return (actual) => {
      if (actual === undefined)
        return entries.length > 0 && entries.every(([, value]) => naive(value)(undefined))
      if (Array.isArray(actual) || actual === null || typeof actual !== 'object') return false
      return entries.every(([key, value]) => naive(value)((actual as Record<string, unknown>)[key]))
    }
  }

  function naiveOperator(key: string, operand: unknown): Naive {
    const list =
      (test: (items: unknown[]) => boolean): Naive =>
      (actual) =>
        Array.isArray(actual) && test(actual)
    const inner = naive(operand)
    const table: Record<string, Naive> = {
      $not: (actual) => !inner(actual),
      $each: list((items) => items.length > 0 && items.every(inner)),
      $any: list((items) => items.some(inner)),
      $none: list((items) => !items.some(inner)),
      $gt: (actual) => typeof actual === 'number' && actual > (operand as number),
      $lte: (actual) => typeof actual === 'number' && actual <= (operand as number),
      $all: (actual) => (operand as unknown[]).every((part) => naive(part)(actual)),
      $only: list((items) => permuted(operand as unknown[], items)),
    }
    return table[key] ?? (() => false)
  }

  function permuted(wanted: readonly unknown[], items: readonly unknown[]): boolean {
    const [first, ...rest] = wanted
    if (wanted.length === 0) return items.length === 0
    return items.some((item, at) => naive(first)(item) && permuted(rest, items.toSpliced(at, 1)))
  }

  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom(0, 1, 2, 'a', 'b', true, null),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('x', 'y'), tie('value'), { maxKeys: 2 }),
    ),
  }))
  const { matcher } = fc.letrec<{ matcher: unknown }>((tie) => ({
    matcher: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom(0, 1, 2, 'a', 'b', true, null, { $gt: 0 }, { $lte: 1 }, { $gt: 0, $lte: 1 }),
      fc.array(tie('matcher'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('x', 'y'), tie('matcher'), { maxKeys: 2 }),
      fc
        .tuple(fc.constantFrom('$not', '$each', '$any', '$none'), tie('matcher'))
        .map(([name, part]) => ({ [name]: part })),
      fc
        .tuple(fc.constantFrom('$all', '$only'), fc.array(tie('matcher'), { minLength: 1, maxLength: 3 }))
        .map(([name, parts]) => ({ [name]: parts })),
    ),
  }))

  test('both agree', () => {
    fc.assert(
      fc.property(matcher, value, (expected, actual) => {
        expect(fits(expected, actual)).toBe(naive(expected)(actual))
      }),
      { numRuns: 3000, seed: 5 },
    )
  })

  test('a value fits itself, and every subset of it', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('x', 'y', 'z'), value, { maxKeys: 3 }),
        fc.nat(2),
        (actual, drop) => {
          const kept = Object.entries(actual).filter((_, index) => index !== drop)
          expect(fits(Object.fromEntries(kept), actual)).toBe(true)
          expect(fits({ $eq: actual }, structuredClone(actual))).toBe(true)
        },
      ),
      { numRuns: 500, seed: 6 },
    )
  })
})
