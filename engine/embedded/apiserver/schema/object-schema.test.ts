import { describe, expect, test } from 'vitest'

import { objectSchema } from './object-schema.ts'
import type { StructuralSchema } from './structural.ts'

function spec(properties: Readonly<Record<string, StructuralSchema>>, more: object = {}): StructuralSchema {
  return { type: 'object', properties: { spec: { type: 'object', properties, ...more } } }
}

function causes(schema: StructuralSchema, value: object): readonly unknown[] {
  return objectSchema(spec({ a: schema })).validate({ spec: value }, undefined)
}

const INVALID = 'FieldValueInvalid'

describe('a value that does not fit', () => {
  test.each<readonly [StructuralSchema, unknown, string, string]>([
    [
      { type: 'string' },
      1,
      'FieldValueTypeInvalid',
      'Invalid value: "integer": spec.a in body must be of type string: "integer"',
    ],
    [
      { type: 'string' },
      null,
      'FieldValueTypeInvalid',
      'Invalid value: "null": spec.a in body must be of type string: "null"',
    ],
    [
      { type: 'integer' },
      1.5,
      'FieldValueTypeInvalid',
      'Invalid value: "number": spec.a in body must be of type integer: "number"',
    ],
    [
      { type: 'string', enum: ['x', 'y'] },
      'z',
      'FieldValueNotSupported',
      'Unsupported value: "z": supported values: "x", "y"',
    ],
    [{ type: 'string', maxLength: 2 }, 'xyz', 'FieldValueTooLong', 'Too long: may not be more than 2 bytes'],
    [
      { type: 'string', minLength: 1 },
      '',
      INVALID,
      'Invalid value: "": spec.a in body should be at least 1 chars long',
    ],
    [
      { type: 'string', pattern: '^a$' },
      'b',
      INVALID,
      'Invalid value: "b": spec.a in body should match \'^a$\'',
    ],
    [
      { type: 'integer', format: 'int32' },
      2 ** 31,
      INVALID,
      'Invalid value: 2147483648: spec.a in body must be of type int32',
    ],
    [
      { type: 'integer', minimum: 1, exclusiveMinimum: true },
      1,
      INVALID,
      'Invalid value: 1: spec.a in body should be greater than 1',
    ],
    [
      { type: 'integer', maximum: 1 },
      2,
      INVALID,
      'Invalid value: 2: spec.a in body should be less than or equal to 1',
    ],
    [
      { type: 'array', items: {}, maxItems: 0 },
      [1],
      INVALID,
      'Invalid value: "array": spec.a in body should have at most 0 items',
    ],
    [
      { type: 'string', nullable: true, enum: ['x'] },
      'z',
      'FieldValueNotSupported',
      'Unsupported value: "z": supported values: "x"',
    ],
  ])('%j refuses %j', (schema, value, reason, message) => {
    expect(causes(schema, { a: value })).toEqual([{ reason, message, field: 'spec.a' }])
  })

  test('inside a list is named by its place', () => {
    const schema = {
      type: 'array',
      items: { type: 'object', required: ['b'], properties: { b: { type: 'string' } } },
    }
    expect(causes(schema, { a: [{ b: 'x' }, {}] })).toEqual([
      { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.a[1].b' },
    ])
  })

  test('comes with all the others', () => {
    const schema = objectSchema(spec({ a: { type: 'string' }, b: { type: 'string' } }, { required: ['c'] }))
    expect(schema.validate({ spec: { a: 1, b: 2 } }, undefined)).toHaveLength(3)
  })
})

describe('a value that fits', () => {
  test.each<readonly [StructuralSchema, unknown]>([
    [{ type: 'string', nullable: true }, null],
    [{ type: 'string', nullable: true, enum: ['x'] }, null],
    [{ 'x-kubernetes-int-or-string': true }, 5],
    [{ 'x-kubernetes-int-or-string': true }, '50%'],
    [{ type: 'integer', format: 'int64' }, -(2 ** 40)],
    [{ type: 'number', format: 'double' }, 1.5],
    [{ type: 'string', format: 'of-its-own' }, 'x'],
    [{ type: 'string', format: 'date-time' }, '2025-11-24T13:13:00Z'],
    [{ type: 'string', format: 'date-time' }, '2024-02-29t13:13:00.123+01:00'],
    [{ type: 'string', format: 'byte' }, 'YWI='],
    [{ type: 'object', additionalProperties: { type: 'string' } }, { x: 'y' }],
    [{ type: 'integer', minimum: 1 }, 1],
    [{ allOf: [{ minLength: 1 }], not: { enum: ['x'] } }, 'y'],
  ])('%j takes %j', (schema, value) => {
    expect(causes(schema, { a: value })).toEqual([])
  })
})

test.each([
  ['date-time', '2025-11-24'],
  ['date-time', '2025-02-30T00:00:00Z'],
  ['date-time', '2025-11-24T25:00:00Z'],
  ['date-time', '2025-11-24T13:13:00'],
  ['byte', 'no base64!'],
  ['byte', 'YWI'],
  ['date', '2025-13-01'],
])('the format %s refuses %s', (format, value) => {
  expect(causes({ type: 'string', format }, { a: value })).toHaveLength(1)
})

describe('shaping', () => {
  const schema = objectSchema(
    spec({
      known: { type: 'string' },
      open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      map: { type: 'object', additionalProperties: { type: 'object', properties: { a: {} } } },
      list: { type: 'array', items: { type: 'object', properties: { a: {} } } },
      filled: { type: 'object', default: {}, properties: { count: { type: 'integer', default: 3 } } },
    }),
  )

  test('drops what the schema does not know, and says what it was', () => {
    const { object, unknown } = schema.shape({
      kind: 'X',
      metadata: { anything: 1 },
      extra: 1,
      spec: {
        known: 'a',
        open: { x: 1 },
        map: { k: { a: 1, b: 2 } },
        list: [{ a: 1 }, { c: 1 }],
        other: 1,
        filled: {},
      },
    })
    expect(unknown).toEqual(['extra', 'spec.map.k.b', 'spec.list[1].c', 'spec.other'])
    expect(object).toEqual({
      kind: 'X',
      metadata: { anything: 1 },
      spec: { known: 'a', open: { x: 1 }, map: { k: { a: 1 } }, list: [{ a: 1 }, {}], filled: { count: 3 } },
    })
  })

  test('fills in defaults, also for a null that is not allowed', () => {
    expect(schema.shape({ spec: {} }).object).toEqual({ spec: { filled: { count: 3 } } })
    expect(schema.shape({ spec: { filled: { count: null } } }).object).toEqual({
      spec: { filled: { count: 3 } },
    })
    expect(schema.shape({ spec: { filled: { count: 0 } } }).object).toEqual({
      spec: { filled: { count: 0 } },
    })
  })
})

describe('an immutable field', () => {
  const rule = [{ rule: 'self == oldSelf', message: 'it stays' }]
  const schema = objectSchema(spec({ a: { type: 'string', 'x-kubernetes-validations': rule } }))
  const after = (value: unknown) => schema.validate({ spec: { a: value } }, { spec: { a: 'x' } })

  test('may be set first, and never changed', () => {
    expect(schema.validate({ spec: { a: 'x' } }, { spec: {} })).toEqual([])
    expect(after('x')).toEqual([])
    expect(after('y')).toEqual([
      { reason: INVALID, message: 'Invalid value: "y": it stays', field: 'spec.a' },
    ])
  })

  test('inside a list cannot be told from others', () => {
    const list = { type: 'array', items: { type: 'string', 'x-kubernetes-validations': rule } }
    expect(() => objectSchema(spec({ list }))).toThrow(/items of a list/)
  })
})
