import { describe, expect, test } from 'vitest'

import { StatusError } from '../status-error.ts'
import { jsonPatch } from './json-patch.ts'
import { mergePatch } from './merge-patch.ts'

describe('JSON patch', () => {
  test.each([
    ['adds to a map', { a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
    ['adds over what is there', { a: 1 }, [{ op: 'add', path: '/a', value: null }], { a: null }],
    ['adds into a list', { l: [1, 3] }, [{ op: 'add', path: '/l/1', value: 2 }], { l: [1, 2, 3] }],
    ['adds at the end of a list', { l: [1] }, [{ op: 'add', path: '/l/-', value: 2 }], { l: [1, 2] }],
    [
      'adds inside a list',
      { l: [{ a: 1 }] },
      [{ op: 'add', path: '/l/0/b', value: 2 }],
      { l: [{ a: 1, b: 2 }] },
    ],
    [
      'removes',
      { a: 1, l: [1, 2] },
      [
        { op: 'remove', path: '/a' },
        { op: 'remove', path: '/l/0' },
      ],
      { l: [2] },
    ],
    ['replaces', { a: { b: 1 } }, [{ op: 'replace', path: '/a/b', value: 2 }], { a: { b: 2 } }],
    ['replaces the whole', { a: 1 }, [{ op: 'replace', path: '', value: [] }], []],
    ['moves', { a: 1, m: {} }, [{ op: 'move', from: '/a', path: '/m/b' }], { m: { b: 1 } }],
    [
      'copies',
      { a: [1] },
      [
        { op: 'copy', from: '/a', path: '/b' },
        { op: 'add', path: '/b/-', value: 2 },
      ],
      { a: [1], b: [1, 2] },
    ],
    ['tests', { a: { b: [1] } }, [{ op: 'test', path: '/a', value: { b: [1] } }], { a: { b: [1] } }],
    [
      'reads escaped keys',
      { 'a/b': 1, 'c~d': 2 },
      [
        { op: 'remove', path: '/a~1b' },
        { op: 'remove', path: '/c~0d' },
      ],
      {},
    ],
    [
      'keeps odd keys',
      {},
      [{ op: 'add', path: '/__proto__', value: 1 }],
      JSON.parse('{"__proto__":1}') as unknown,
    ],
  ])('%s', (_what, target, patch, expected) => {
    const before = structuredClone(target)
    expect(jsonPatch(target, patch)).toEqual(expected)
    expect(target).toEqual(before)
  })

  test.each([
    ['a test that fails', [{ op: 'test', path: '/a', value: 2 }], 422],
    ['a place that is not there', [{ op: 'remove', path: '/b' }], 422],
    ['a parent that is not there', [{ op: 'add', path: '/b/c', value: 1 }], 422],
    ['a place beyond the list', [{ op: 'add', path: '/l/5', value: 1 }], 422],
    ['an index that is none', [{ op: 'replace', path: '/l/01', value: 1 }], 422],
    ['a test behind the end', [{ op: 'test', path: '/l/-', value: 1 }], 422],
    ['an unknown operation', [{ op: 'swap', path: '/a' }], 400],
    ['a missing value', [{ op: 'add', path: '/a' }], 400],
    ['a path that is no pointer', [{ op: 'remove', path: 'a' }], 400],
    ['something else than a list', { op: 'remove', path: '/a' }, 400],
  ])('refuses %s', (_what, patch, code) => {
    expect(refusal(() => jsonPatch({ a: 1, l: [1] }, patch))).toBe(code)
  })
})

describe('merge patch', () => {
  test.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    [{ a: 'foo' }, 'bar', 'bar'],
  ])('of %j with %j gives %j', (target, patch, expected) => {
    expect(mergePatch(target, patch)).toEqual(expected)
  })
})

function refusal(action: () => unknown): number {
  try {
    action()
  } catch (error) {
    if (error instanceof StatusError) return error.code
  }
  throw new Error('nothing was refused')
}
