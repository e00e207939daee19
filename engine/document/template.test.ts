import fc from 'fast-check'
import { expect, test } from 'vitest'

import { hasTemplate, parseTemplate } from './template.ts'

test('a text without a template is one part', () => {
  expect(parseTemplate('plain $5 {x}')).toEqual({ parts: [{ text: 'plain $5 {x}' }], whole: false })
  expect(parseTemplate('')).toEqual({ parts: [{ text: '' }], whole: false })
})

test('a scalar that is nothing but a template is whole', () => {
  expect(parseTemplate('${vars.x}')).toEqual({
    parts: [{ expression: 'vars.x', start: 2, end: 8 }],
    whole: true,
  })
  expect(parseTemplate('${vars.x} ')).toMatchObject({ whole: false })
})

test('parts keep their order and their places', () => {
  expect(parseTemplate('pod-${i + 1}-${j}')).toEqual({
    parts: [
      { text: 'pod-' },
      { expression: 'i + 1', start: 6, end: 11 },
      { text: '-' },
      { expression: 'j', start: 15, end: 16 },
    ],
    whole: false,
  })
})

test('$${ is a literal ${', () => {
  expect(parseTemplate('a $${b} ${c}')).toMatchObject({ parts: [{ text: 'a ${b} ' }, { expression: 'c' }] })
  expect(parseTemplate('$$$${x}')).toEqual({ parts: [{ text: '$$${x}' }], whole: false })
  expect(hasTemplate('a $${b}')).toBe(false)
  expect(hasTemplate('a ${b}')).toBe(true)
})

test.each([
  "'}'",
  '"}"',
  "'\\'}'",
  '"""a " } b"""',
  "'''it's }'''",
  "r'\\'",
  'R"}\\"',
  "br'\\'",
  "x.join('}')",
  "{'a': {'b': 1}}['a']",
  '1 // } a comment\n + 2',
  "''",
  "bar'}'",
  'number"}"',
])('the end is found behind %j', (expression) => {
  expect(parseTemplate(`<\${${expression}}>`)).toMatchObject({
    parts: [{ text: '<' }, { expression }, { text: '>' }],
  })
})

test.each([
  ['a ${b', 'UNCLOSED_TEMPLATE', 2],
  ["a ${'b}", 'UNCLOSED_STRING', 4],
  ["${'a\n'}", 'UNCLOSED_STRING', 2],
  ['${a // b}', 'UNCLOSED_TEMPLATE', 0],
  ['${ {}', 'UNCLOSED_TEMPLATE', 0],
  ['a ${ } b', 'EMPTY_TEMPLATE', 2],
])('%j is %s', (text, code, start) => {
  expect(parseTemplate(text)).toMatchObject({ code, start })
})

test('generated expressions come out as they went in', () => {
  const inner = fc.array(
    fc.constantFrom('a', '}', '{', ' ', '//', '$', '${', ':', '"', "'", '\\\\', "\\'", '\\"'),
    { maxLength: 6 },
  )
  const quoted = fc.tuple(inner, fc.constantFrom("'", '"')).map(([pieces, quote]) => {
    const body = pieces.filter((piece) => piece !== quote).join('')
    return `${quote}${body}${quote}`
  })
  const raw = fc.constantFrom("r'\\'", "r'}'", '"""x"}"""', "'''{'}'''")
  const atom = fc.oneof(fc.constantFrom('vars.x', '1', 'i + 1', 'f(a, b)', ' // }\n '), quoted, raw)
  const expression = fc.oneof(
    atom,
    fc.array(atom, { minLength: 1, maxLength: 3 }).map((atoms) => `{${atoms.join(',')}}`),
    fc.tuple(atom, atom).map(([a, b]) => `${a} + ${b}`),
  )
  const text = fc
    .array(fc.constantFrom('a', '-', '}', '{', ' ', '$.'), { maxLength: 5 })
    .map((chars) => `${chars.join('')};`)
  fc.assert(
    fc.property(fc.array(fc.tuple(text, expression), { maxLength: 4 }), (pairs) => {
      const whole = pairs.map(([before, body]) => `${before}\${${body}}`).join('')
      const template = parseTemplate(whole)
      if ('code' in template) throw new Error(`${template.message}: ${whole}`)
      const expressions = template.parts.filter((part) => 'expression' in part)
      expect(expressions.map((part) => part.expression)).toEqual(pairs.map(([, body]) => body))
      for (const { expression: found, start, end } of expressions) expect(whole.slice(start, end)).toBe(found)
    }),
    { numRuns: 1000, seed: 3 },
  )
})

test('any text is a template or an issue with a place in it', () => {
  const bits = fc.constantFrom('${', '}', '$${', '$', "'", '"', '"""', '\\', 'r', '//', '\n', 'a', '{')
  fc.assert(
    fc.property(fc.array(bits, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('')
      const template = parseTemplate(text)
      if (!('code' in template)) return
      expect(template.start).toBeGreaterThanOrEqual(0)
      expect(template.end).toBeLessThanOrEqual(text.length)
      expect(template.start).toBeLessThan(template.end)
    }),
    { numRuns: 1000, seed: 4 },
  )
})
