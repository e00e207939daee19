import { describe, expect, test } from 'vitest'
import { decodeJson, goStringify, goStringifyMap, type StructShape } from './go-json.ts'

const SHAPE: StructShape = {
  is: 'struct',
  type: 'pkg.Outer',
  fields: {
    name: { is: 'string' },
    count: { is: 'int' },
    at: { is: 'time' },
    labels: { is: 'strings' },
    inner: { is: 'struct', type: 'pkg.Inner', fields: { kind: { is: 'string' }, name: { is: 'string' } } },
    list: {
      is: 'list',
      type: '[]pkg.Item',
      of: { is: 'struct', type: 'pkg.Item', fields: { id: { is: 'string' } } },
    },
  },
}

const decode = (text: string): unknown => decodeJson(Buffer.from(text), SHAPE)

describe('what Go refuses', () => {
  test.each([
    ['', 'unexpected end of JSON input'],
    ['  ', 'unexpected end of JSON input'],
    ['{', 'unexpected end of JSON input'],
    ['{"name":"x"', 'unexpected end of JSON input'],
    ['"ab', 'unexpected end of JSON input'],
    ['tru', 'unexpected end of JSON input'],
    ['nope', "invalid character 'o' in literal null (expecting 'u')"],
    ['invalid', "invalid character 'i' looking for beginning of value"],
    ['{} x', "invalid character 'x' after top-level value"],
    ['{name:1}', "invalid character 'n' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b":2}', `invalid character '"' after object key:value pair`],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['[1 2]', "invalid character '2' after array element"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['-x', "invalid character 'x' in numeric literal"],
    ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['1ex', "invalid character 'x' in exponent of numeric literal"],
    ['01', "invalid character '1' after top-level value"],
    ['"a\u0001"', String.raw`invalid character '\x01' in string literal`],
    [String.raw`"\x"`, "invalid character 'x' in string escape code"],
    [String.raw`"\u12g4"`, String.raw`invalid character 'g' in \u hexadecimal character escape`],
    ["'a'", String.raw`invalid character '\'' looking for beginning of value`],
    ['\ufeff{}', "invalid character 'ï' looking for beginning of value"],
    ['[]', 'json: cannot unmarshal array into Go value of type pkg.Outer'],
    ['7', 'json: cannot unmarshal number into Go value of type pkg.Outer'],
    ['{"name":5}', 'json: cannot unmarshal number into Go struct field Outer.name of type string'],
    ['{"name":true}', 'json: cannot unmarshal bool into Go struct field Outer.name of type string'],
    ['{"count":"1"}', 'json: cannot unmarshal string into Go struct field Outer.count of type int'],
    ['{"count":1.5}', 'json: cannot unmarshal number 1.5 into Go struct field Outer.count of type int'],
    ['{"labels":{"a":1}}', 'json: cannot unmarshal number into Go struct field Outer.labels of type string'],
    [
      '{"labels":[]}',
      'json: cannot unmarshal array into Go struct field Outer.labels of type map[string]string',
    ],
    ['{"list":{}}', 'json: cannot unmarshal object into Go struct field Outer.list of type []pkg.Item'],
    ['{"list":[1]}', 'json: cannot unmarshal number into Go struct field Outer.list of type pkg.Item'],
    ['{"list":[{"id":1}]}', 'json: cannot unmarshal number into Go struct field Item.list.id of type string'],
    ['{"at":5}', 'Time.UnmarshalJSON: input is not a JSON string'],
    ['{"at":"2025-13-01T00:00:00Z"}', 'parsing time "2025-13-01T00:00:00Z": month out of range'],
    [
      '{"at":"2025-11-24"}',
      'parsing time "2025-11-24" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"',
    ],
    [
      '{"name":1,"count":"x"}',
      'json: cannot unmarshal number into Go struct field Outer.name of type string',
    ],
  ])('%s', (text, message) => {
    expect(() => decode(text)).toThrow(expect.objectContaining({ message }) as Error)
  })

  test('what is nested too deeply', () => {
    const nested = (depth: number): string => `{"x":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
    expect(() => decode(nested(10_001))).toThrow('exceeded max depth')
    expect(decode(nested(10_000))).toEqual({})
  })
})

describe('what Go takes', () => {
  test.each([
    ['null', {}],
    ['{"other":[1,{"a":null}]}', {}],
    ['{"NAME":"x","Count":7}', { name: 'x', count: 7 }],
    ['{"name":"a","name":"b"}', { name: 'b' }],
    ['{"name":"a","name":null}', { name: 'a' }],
    ['{"labels":{"a":"1"},"labels":{"b":"2"}}', { labels: { a: '1', b: '2' } }],
    ['{"labels":{"a":null}}', { labels: { a: '' } }],
    ['{"inner":{"kind":"a"},"inner":{"name":"b"}}', { inner: { kind: 'a', name: 'b' } }],
    ['{"list":[null,{"id":"x"}]}', { list: [{}, { id: 'x' }] }],
    ['{"at":"0001-01-01T00:00:00Z"}', {}],
    [String.raw`{"name":"\u00e9\ud83d\ude00\ud800!"}`, { name: 'é😀\ufffd!' }],
  ])('%s', (text, value) => {
    expect(decode(text)).toEqual(value)
  })

  test('a time keeps the zone it was given in', () => {
    expect(decode('{"at":"2025-11-24T13:10:00.5+02:00"}')).toEqual({
      at: { ms: Date.UTC(2025, 10, 24, 11, 10, 0, 500), text: '2025-11-24T13:10:00+02:00' },
    })
  })
})

test('text is written as Go writes it', () => {
  expect(goStringify({ a: '<&>' })).toBe(String.raw`{"a":"\u003c\u0026\u003e"}`)
  expect(goStringifyMap({ b: '1', 10: 'x', 9: 'y', é: 'z' })).toBe('{"10":"x","9":"y","b":"1","é":"z"}')
})
