import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'

import type { Problem } from '../base/problem.ts'
import { parseDocument, type Document } from './document.ts'

function read(text: string): Document {
  const checked = parseDocument('reply.yaml', text)
  if (!checked.ok) throw new Error(checked.problems.map((problem) => problem.message).join('; '))
  return checked.value
}

function problems(source: string | Uint8Array): readonly Problem[] {
  return parseDocument('reply.yaml', source).problems
}

/** What a slip is reported as: code, line:col and the text under it. */
function slip(text: string): string {
  const found = problems(text)
  return found
    .map(({ code, span }) => `${code} ${span.line}:${span.col} ${text.slice(span.start, span.end)}`)
    .join('\n')
}

describe('values and places', () => {
  const text = [
    'name: A reply # said',
    'steps:',
    '  - send: { alert: { name: "x" } }',
    '    as: reply',
    'tally:',
    '  202: 15',
    '',
  ].join('\n')
  const document = read(text)
  const shown = (path: (string | number)[], part?: 'key' | 'value'): string => {
    const { start, end } = document.span(path, part)
    return text.slice(start, end)
  }

  test('the value is plain data', () => {
    expect(document.value).toEqual({
      name: 'A reply',
      steps: [{ send: { alert: { name: 'x' } }, as: 'reply' }],
      tally: { '202': 15 },
    })
  })

  test('a span covers the whole value, or the key', () => {
    expect(shown(['name'])).toBe('A reply')
    expect(shown(['name'], 'key')).toBe('name')
    expect(shown(['steps', 0, 'send'])).toBe('{ alert: { name: "x" } }')
    expect(shown(['steps', 0])).toBe('send: { alert: { name: "x" } }\n    as: reply')
    expect(shown(['tally', '202'], 'key')).toBe('202')
    expect(document.span(['steps', 0, 'as'])).toEqual({
      file: 'reply.yaml',
      line: 4,
      col: 9,
      start: text.indexOf('reply\ntally'),
      end: text.indexOf('\ntally'),
    })
  })

  test('a path that is not there has the place of the nearest parent', () => {
    expect(document.span(['steps', 0, 'send', 'times', 3])).toEqual(document.span(['steps', 0, 'send']))
    expect(document.span(['name', 'x'])).toEqual(document.span(['name']))
  })

  test('an empty value stands where its key is', () => {
    const empty = read('a: 1\nsend:\n')
    expect(empty.value).toEqual({ a: 1, send: null })
    expect(empty.span(['send'])).toMatchObject({ line: 2, col: 1 })
  })

  test('keys come in the order of the file', () => {
    expect(read('b: 1\n10: 2\na: 3\n2: 4\n').keys([])).toEqual(['b', '10', 'a', '2'])
    expect(document.keys(['name'])).toEqual([])
    expect(document.keys(['nowhere'])).toEqual([])
  })

  test('keys are the words that stand in the file', () => {
    expect(read('1.0: a\nnull: b\ntrue: c\n"q": d\n').keys([])).toEqual(['1.0', 'null', 'true', 'q'])
  })

  test('YAML 1.2: yes and on are text', () => {
    expect(read('a: yes\nb: on\nc: 010\nd: 1e3\n').value).toEqual({ a: 'yes', b: 'on', c: 10, d: 1000 })
  })

  test('a byte order mark and Windows line ends do no harm', () => {
    const windows = read('\ufeffname: x\r\nsteps:\r\n  - wait: 5s\r\n')
    expect(windows.value).toEqual({ name: 'x', steps: [{ wait: '5s' }] })
    expect(windows.span(['name'], 'key')).toMatchObject({ line: 1, col: 1, start: 1 })
    expect(windows.span(['steps', 0, 'wait'])).toMatchObject({ line: 3, col: 11 })
  })
})

describe('anchors', () => {
  test('aliases and merge keys are written out; own keys win, then earlier sources', () => {
    const text = 'x: &x { p: 1, q: 2 }\ny: &y { q: 3, r: 4 }\nz:\n  q: 0\n  <<: [*x, *y]\nw: *x\n'
    expect(read(text).value).toMatchObject({ z: { q: 0, p: 1, r: 4 }, w: { p: 1, q: 2 } })
    expect(read('x: &x { q: 2, r: 5 }\ny: &y { q: 3 }\nz: { <<: [*x, *y] }\n').value).toMatchObject({
      z: { q: 2, r: 5 },
    })
  })

  test('what is merged stands where it was written', () => {
    const document = read('x: &x { p: 1 }\nz:\n  <<: *x\n')
    expect(document.span(['z', 'p'])).toMatchObject({ line: 1, col: 12 })
  })

  test('a quoted << is a key like any other', () => {
    expect(read('"<<": 1\n').value).toEqual({ '<<': 1 })
  })

  test.each([
    ['a: *x\n', 'UNKNOWN_ALIAS 1:4 *x'],
    ['a: &a [*a]\n', 'UNKNOWN_ALIAS 1:8 *a'],
    ['a: &a 1\nb: { <<: *a }\n', 'BAD_MERGE 2:6 <<'],
    [`a: &a 1\nb: [${'*a, '.repeat(101)}]\n`, 'TOO_MANY_ALIASES 2:405 *'],
  ])('%j is refused', (text, expected) => {
    expect(slip(text)).toBe(expected)
  })

  test('aliases that multiply are refused before they do', () => {
    const level = (name: string, of: string): string =>
      `${name}: &${name} [${Array(9).fill(of).join(', ')}]\n`
    const bomb =
      level('a', '"x"') +
      level('b', '*a') +
      level('c', '*b') +
      level('d', '*c') +
      level('e', '*d') +
      level('f', '*e')
    expect(problems(bomb)).toMatchObject([{ code: 'TOO_MANY_NODES', span: { line: 5 } }])
  })
})

describe('what a scenario may not say', () => {
  test.each([
    ['a: 1\nb: 2\na: 3\n', 'DUPLICATE_KEY 3:1 a'],
    ['a: { b: 1, "b": 2 }\n', 'DUPLICATE_KEY 1:12 "b"'],
    ['a: { __proto__: 1 }\n', 'FORBIDDEN_KEY 1:6 __proto__'],
    ['constructor: 1\n', 'FORBIDDEN_KEY 1:1 constructor'],
    ['a:\n  prototype: 1\n', 'FORBIDDEN_KEY 2:3 prototype'],
    ['a: !date 2020\n', 'UNKNOWN_TAG 1:4 !date'],
    ['a: !!binary aGk=\n', 'UNKNOWN_TAG 1:4 !!binary'],
    ['a: 9007199254740993\n', 'BIG_NUMBER 1:4 9007199254740993'],
    ['a: .inf\n', 'NOT_JSON 1:4 .inf'],
    ['[a]: 1\n', 'BAD_KEY 1:1 [a]'],
    ['a: 1\n---\nb: 2\n', 'SEVERAL_DOCUMENTS 2:1 ---'],
    ['', 'EMPTY_FILE 1:1 '],
    ['# only words\n', 'EMPTY_FILE 1:1 '],
    ['---\n', 'EMPTY_FILE 1:1 '],
  ])('%j', (text, expected) => {
    expect(slip(text)).toBe(expected)
  })

  test('every slip is reported, in the order of the file', () => {
    expect(slip('a: 1\na: 2\nb: .nan\n__proto__: 1\n')).toBe(
      'DUPLICATE_KEY 2:1 a\nNOT_JSON 3:4 .nan\nFORBIDDEN_KEY 4:1 __proto__',
    )
  })

  test('a tag that YAML itself knows is fine', () => {
    expect(read('a: !!str 5\n').value).toEqual({ a: '5' })
  })
})

describe('slips in YAML', () => {
  test.each([
    ['a:\n\tb: 1\n', 'TAB_INDENT 2:1 \t'],
    ['a:\n  b: 1\n c: 2\n', 'BAD_INDENT 3:2 c'],
    ['a:\n  - b: 1\n   c: 2\n', 'BAD_INDENT 3:4 c'],
    ['a:\n  b: 1\n  - c\n', 'BAD_INDENT 3:3 -'],
    ['a:\n  - c\n  b: 1\n', 'BAD_INDENT 3:3 b'],
    ['a: 1\n  b: 2\n', 'BAD_INDENT 1:4 1'],
    ['a: - b\n', 'BAD_INDENT 1:4 -'],
    ['name x\nb: 1\n', 'MISSING_COLON 1:1 name x'],
    ['a: 1\nb\nc: 2\n', 'MISSING_COLON 2:1 b'],
    ['a:1\nb: 2\n', 'MISSING_COLON 1:1 a:1'],
    ['a: "x\nb: 2\n', 'UNCLOSED 1:4 "'],
    ["a: 'x\nb: 2\n", "UNCLOSED 1:4 '"],
    ["a: 'it''s\nb: 2\n", "UNCLOSED 1:4 '"],
    ['a: { b: 1\nc: 2\n', 'UNCLOSED 1:4 {'],
    ['a: [1, { x: 2 }\nc: 2\n', 'UNCLOSED 1:4 ['],
    ['a: { b: [1, 2 }\n', 'UNCLOSED 1:9 ['],
    ['a: [{ b: 1 ]\nc: 1\n', 'UNCLOSED 1:5 {'],
    ['a: { b: 1 }}\n', 'UNOPENED 1:12 }'],
    ['a: b: c\n', 'UNQUOTED_TEXT 1:4 b'],
    ['a: @x\n', 'UNQUOTED_TEXT 1:4 @'],
    ['a: "x" y\n', 'UNQUOTED_TEXT 1:8 y'],
    ['a: "\\q"\n', 'BAD_ESCAPE 1:5 \\'],
    ['a: [ "1" "2" ]\n', 'MISSING_COMMA 1:10 "'],
    ['a: { b: "1" c: 2 }\n', 'MISSING_COMMA 1:9 "1" c: 2'],
  ])('%j is one problem at the right place', (text, expected) => {
    expect(slip(text)).toBe(expected)
  })
})

describe('unquoted templates', () => {
  function mended(text: string): string {
    const fixes = problems(text).flatMap(({ fix }) => (fix === undefined ? [] : [fix]))
    return fixes.reduceRight(
      (now, { start, end, text: put }) => now.slice(0, start) + put + now.slice(end),
      text,
    )
  }

  test.each([
    ['a: { b: ${vars.x} }\n', 'a: { b: "${vars.x}" }\n'],
    ['a: { b: ${x}, c: pod-${i + 1}-x }\n', 'a: { b: "${x}", c: "pod-${i + 1}-x" }\n'],
    ["a: [${unique('x')}]\n", 'a: ["${unique(\'x\')}"]\n'],
    ['a: [${"}" + x}]\n', 'a: [\'${"}" + x}\']\n'],
    ['a: { b: ${x}-${y} }\n', 'a: { b: "${x}-${y}" }\n'],
    ['a: { b: ${ {"k": 1}["k"] } }\n', 'a: { b: \'${ {"k": 1}["k"] }\' }\n'],
    ["m: ${c ? 'a' : 'b'}\n", "m: \"${c ? 'a' : 'b'}\"\n"],
    ["m: x ${c ? 'a' : 'b'} y # why\n", "m: \"x ${c ? 'a' : 'b'} y\" # why\n"],
  ])('%j is mended to %j', (text, expected) => {
    expect(new Set(problems(text).map(({ code }) => code))).toEqual(new Set(['UNQUOTED_TEMPLATE']))
    expect(mended(text)).toBe(expected)
    expect(problems(expected)).toEqual([])
  })

  test('it is one problem, on the value, and the rest of the file is still read', () => {
    expect(slip('a: { b: ${x} }\nd: 1\nd: 2\n')).toBe('UNQUOTED_TEMPLATE 1:9 ${x}\nDUPLICATE_KEY 3:1 d')
  })

  test('quotes and brackets inside one do not mislead about what follows', () => {
    expect(slip(`a: [\${"}" + x}, "\${y}", '\${z}']\nb: { c: "\${d}" }\n`)).toBe(
      'UNQUOTED_TEMPLATE 1:5 ${"}" + x}',
    )
  })

  test('many are found at once', () => {
    const text = `a: [${Array.from({ length: 12 }, (_, index) => `\${v${index}['k']}`).join(', ')}]\nb: { c: \${d} }\n`
    expect(problems(text).map(({ code }) => code)).toEqual(Array(13).fill('UNQUOTED_TEMPLATE'))
    expect(problems(mended(text))).toEqual([])
  })

  test('in block style a template needs no quotes', () => {
    expect(read('a: ${vars.x}\nb: pod-${i + 1}\n').value).toEqual({ a: '${vars.x}', b: 'pod-${i + 1}' })
  })
})

describe('limits', () => {
  test.each([
    ['TOO_DEEP', '- '.repeat(65) + 'x'],
    ['TOO_DEEP', '['.repeat(65)],
    ['TOO_DEEP', '{a: '.repeat(65)],
    ['TOO_DEEP', '? '.repeat(65) + 'x'],
    ['TOO_DEEP', Array.from({ length: 65 }, (_, level) => `${' '.repeat(level)}k:\n`).join('')],
    ['TOO_MANY_NODES', 'x: 1\n'.repeat(10_001)],
    ['TOO_MANY_NODES', `a: [${'1,'.repeat(20_001)}]`],
    ['TOO_BIG', `a: ${'x'.repeat(1024 * 1024)}`],
  ])('%s', (code, text) => {
    expect(problems(text)).toMatchObject([{ code }])
  })

  test('what is just inside the limits is read', () => {
    expect(problems('- '.repeat(64) + 'x')).toEqual([])
    expect(problems('['.repeat(64) + ']'.repeat(64))).toEqual([])
  })

  test('the level that goes too far is pointed at', () => {
    expect(problems('['.repeat(100))).toMatchObject([{ span: { line: 1, col: 65 } }])
  })

  test('many deep files in one process are refused each time', () => {
    for (let count = 0; count < 5; count += 1) {
      expect(problems('['.repeat(200_000))).toMatchObject([{ code: 'TOO_DEEP' }])
      expect(problems('- '.repeat(200_000))).toMatchObject([{ code: 'TOO_DEEP' }])
    }
  })

  test.each([',', '}', '&a ', '!t ', '---\n', '*a ', ':', '{}', '? '])('a million %j are refused', (sign) => {
    const text = `a: ${sign === ',' ? '[' : ''}${sign.repeat(Math.floor((1024 * 1024 - 10) / sign.length))}`
    expect(problems(text).length).toBeGreaterThan(0)
  })

  test('a map with as many keys as are allowed is checked for duplicates', () => {
    const keys = Array.from({ length: 9000 }, (_, index) => `k${index}: 1\n`).join('')
    expect(slip(`${keys}k17: 2\n`)).toBe('DUPLICATE_KEY 9001:1 k17')
  })
})

describe('bytes', () => {
  test.each([
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x61, 0, 0x3a, 0])],
    ['UTF-16 without a mark', new Uint8Array([0x61, 0, 0x3a, 0, 0x20, 0])],
    ['invalid UTF-8', new Uint8Array([0x61, 0x3a, 0x20, 0xc3, 0x28])],
    ['NUL', new TextEncoder().encode('a: \0')],
  ])('%s is refused with a sentence', (_, bytes) => {
    expect(problems(bytes)).toMatchObject([{ code: 'NOT_TEXT' }])
  })

  test('the broken character is pointed at', () => {
    const bytes = Buffer.concat([Buffer.from('a: 1\nb: '), Buffer.from([0xff]), Buffer.from('\n')])
    expect(problems(bytes)).toMatchObject([{ span: { line: 2, col: 4 } }])
  })

  test('text beyond ASCII comes through', () => {
    expect(read('a: größe 😀\n').value).toEqual({ a: 'größe 😀' })
  })
})

describe('places inside a scalar', () => {
  function within(text: string, word: string): string {
    const document = read(text)
    const value = (document.value as { a: string }).a
    const at = value.indexOf(word)
    const { start, end } = document.spanWithin(['a'], at, at + word.length)
    return text.slice(start, end)
  }

  test.each([
    ['a: one two\n', 'two'],
    ['a: "one \\"two\\" three"\n', 'three'],
    ["a: 'it''s two'\n", 'two'],
    ['a: >-\n  one\n  two three\n\n  four\n', 'four'],
    ['a: |\n    one\n      two\n    three\n', 'three'],
    ['a: "one\n  two\n\n  three"\n', 'three'],
    ['a: "one \\\n  two"\n', 'two'],
    ['a: "\\u00e9\\x41 \\U0001F600 two"\n', 'two'],
    ['a: one\n  two three\n', 'three'],
    ['a: |\r\n  one\r\n  two\r\n', 'two'],
  ])('%j: %s', (text, word) => {
    expect(within(text, word)).toBe(word)
  })

  test('an escape is one character of the value', () => {
    expect(within('a: "x\\"y"\n', '"')).toBe('\\"')
  })

  test('the end of a scalar has a place', () => {
    expect(read('a: "xy"\n').spanWithin(['a'], 2, 2)).toMatchObject({ start: 6, end: 6 })
    expect(read('a: ""\n').spanWithin(['a'], 0, 0)).toMatchObject({ line: 1 })
  })

  test('what is no text has its whole place', () => {
    const document = read('a: 12\n')
    expect(document.spanWithin(['a'], 0, 1)).toEqual(document.span(['a']))
  })

  test('each character that is no blank is found again, however the text is written', () => {
    const piece = fc.constantFrom(
      'a',
      'Z',
      '9',
      ' ',
      '  ',
      '\n',
      "'",
      '"',
      '\\',
      ':',
      '#',
      '-',
      '${x}',
      'é',
      '😀',
      '\t',
      '%',
    )
    const style = fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED')
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        style,
        fc.constantFrom(0, 20),
        (pieces, defaultStringType, lineWidth) => {
          const text = stringify({ k: { a: pieces.join('') } }, {
            defaultStringType,
            lineWidth,
            minContentWidth: 1,
          } as object)
          const document = read(text)
          const value = (document.value as { k: { a: string } }).k.a
          expect(document.value).toEqual(parse(text))
          for (let at = 0; at < value.length; at += 1) {
            const char = value.charAt(at)
            if (!/^[a-zA-Z0-9:#%${}-]$/.test(char)) continue
            const { start, end } = document.spanWithin(['k', 'a'], at, at + 1)
            const isWhole = end - start > 1
            if (isWhole && foldsEscapedBlanks(text)) continue
            expect(text.slice(start, end)).toBe(char)
          }
        },
      ),
      { numRuns: 500, seed: 7 },
    )
  })
})

/** Lines folded next to escaped blanks: which blank made which is not followed, so the whole scalar is pointed at. */
function foldsEscapedBlanks(text: string): boolean {
  return /\n\s*\\|\\\n/.test(text)
}

describe('whatever the bytes', () => {
  const seeds = [
    'name: x\nsteps:\n  - send: { alert: { name: "${vars.a}" }, times: 4 }\n    as: reply\n  - wait: 5s\n',
    'a: &x { p: [1, 2] }\nb: { <<: *x }\nc: >-\n  folded\n  text\nd: |\n  literal\n',
    "a: 'it''s'\nb: \"\\u00e9\"\n? k\n: v\n- \n",
  ]
  const bits = [
    '{',
    '}',
    '[',
    ']',
    '${',
    '"',
    "'",
    ':',
    ' ',
    '\n',
    '\t',
    '- ',
    '&x ',
    '*x',
    '|',
    '>',
    '#',
    '!t ',
    '---\n',
    '\r\n',
    '<<: ',
    '\ufeff',
    '? ',
    ',',
    '%',
    '@',
    '\\',
    '``',
  ]

  function settled(source: string | Uint8Array): void {
    const checked = parseDocument('f.yaml', source)
    expect(checked.ok || checked.problems.length > 0).toBe(true)
    const length = typeof source === 'string' ? source.length : source.byteLength
    for (const { span, message } of checked.problems) {
      expect(message).not.toBe('')
      expect(span.start).toBeGreaterThanOrEqual(0)
      expect(span.end).toBeGreaterThanOrEqual(span.start)
      expect(span.end).toBeLessThanOrEqual(length)
      expect(span.line).toBeGreaterThanOrEqual(1)
      expect(span.col).toBeGreaterThanOrEqual(1)
    }
  }

  test('mutated YAML gives a value or problems with places in the file', () => {
    const edit = fc.record({ at: fc.nat(200), cut: fc.nat(6), put: fc.constantFrom('', ...bits) })
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.array(edit, { minLength: 1, maxLength: 6 }),
        (seed, edits) => {
          settled(
            edits.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), seed),
          )
        },
      ),
      { numRuns: 2000, seed: 11 },
    )
  })

  test('random bytes and tokens give a value or problems with places in the file', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => settled(bytes)),
      { numRuns: 500, seed: 12 },
    )
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...bits, 'a', 'k: '), { maxLength: 40 }), (tokens) =>
        settled(tokens.join('')),
      ),
      { numRuns: 1500, seed: 13 },
    )
  })
})
