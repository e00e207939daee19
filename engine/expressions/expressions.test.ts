import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { ExpressionError } from './expression-error.ts'
import { createExpressions, type Expressions } from './expressions.ts'
import type { CelValue, Hooks, ScopeTypes, Values } from './types.ts'
import { fromCel, toCel } from './values.ts'

const hooks: Hooks = {
  unique: (base) => `${base}-0a1b2c3d`,
  env: (name) => `value of ${name}`,
  wall: () => Date.UTC(2025, 10, 24, 12),
}

function make(): Expressions {
  const window = {
    fields: { window: 'duration', threshold: 'int', url: 'string', namespace: 'string' },
  } as const
  return createExpressions({
    functions: [
      {
        name: 'join3',
        summary: 'Three texts with slashes.',
        parameters: ['a', 'b', 'c'].map((name) => ({ name, type: 'string' as const })),
        result: 'string',
        example: "join3('a', 'b', 'c')",
        run: (args) => (args as readonly string[]).join('/'),
      },
    ],
    roots: { server: window },
  })
}

const language = make()
const scope: ScopeTypes = {
  vars: { fields: { alert: 'string', n: 'int', rate: 'double', wait: 'duration' } },
  ns: { fields: { app: 'string', 'my-app': 'string' } },
  reply: 'dyn',
  items: 'list',
  i: 'int',
}

const names: Readonly<Record<string, CelValue>> = {
  server: toCel({
    window: language.evaluate("duration('5s')", { names: {}, hooks }),
    threshold: 3,
    namespace: 'sys',
  }),
  vars: toCel({ alert: 'a-1', n: 4, rate: 2.5 }),
  reply: toCel({
    last: { status: 201, body: { id: 'x', counts: [1, 2, 3] } },
    all: [{ status: 201 }, { status: 202 }],
  }),
  i: 0n,
  many: toCel(Array.from({ length: 1500 }, (_, index) => index)),
}
const values: Values = { names, hooks }

function result(expression: string): unknown {
  return language.resolve(`\${${expression}}`, values)
}

function failure(run: () => unknown): ExpressionError {
  try {
    run()
  } catch (error) {
    if (error instanceof ExpressionError) return error
    throw error
  }
  throw new Error('expected an ExpressionError')
}

describe('results', () => {
  test.each([
    ['1 + 1', 2],
    ['i + 1', 1],
    ['5 / 2', 2],
    ['5 / 2.0', 2.5],
    ['vars.n + vars.rate', 6.5],
    ['2 * 1.5 - 1', 2],
    ['4 == 4.0', true],
    ['vars.n > 3.5', true],
    ["'pod-' + string(i)", 'pod-0'],
    ['reply.last.body.counts.map(x, x * 2)', [2, 4, 6]],
    ['reply.all.all(r, r.status < 300)', true],
    ['reply.all.exists(r, r.status == 202)', true],
    ['reply.all.filter(r, r.status > 201).size()', 1],
    ['reply.last.body', { id: 'x', counts: [1, 2, 3] }],
    ["reply.last.?other.orValue('none')", 'none'],
    ['has(reply.last.other)', false],
    ['server.window', '5s'],
    ['server.window / 2', '2.5s'],
    ['server.window * 1.5', '7.5s'],
    ['3 * server.window', '15s'],
    ['server.window / 2.0', '2.5s'],
    ["server.window / duration('2s')", 2.5],
    ["server.window + duration('90s')", '1m35s'],
    ['-server.window', '-5s'],
    ["duration('1s') - duration('1.5s')", '-500ms'],
    ["string(duration('-1.5s'))", '-1.5s'],
    ["string(duration('1h30m0.25s'))", '1h30m0.25s'],
    ["server.window > duration('4999ms')", true],
    ['now()', '2025-11-24T12:00:00Z'],
    ["now() - duration('1.5s')", '2025-11-24T11:59:58.500Z'],
    ["rfc3339(now() + duration('1h'))", '2025-11-24T13:00:00Z'],
    ["now() - timestamp('2025-11-24T11:00:00Z')", '1h'],
    ["unique('Pod')", 'Pod-0a1b2c3d'],
    ["env('TOKEN')", 'value of TOKEN'],
    ["truncate('größe😀x', 6)", 'größe😀'],
    ["truncate('abc', 0)", ''],
    ["sha256('a')", 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'],
    ["toJson({'a': [1, 2.5, duration('1s')]})", '{"a":[1,2.5,"1s"]}'],
    ["join3('a', 'b', 'c')", 'a/b/c'],
    ["'abc'.matches('^b')", false],
    ["'abc'.matches('b')", true],
    ["['x', 'abc'].filter(s, s.matches('^a'))", ['abc']],
    ["[1, 'a', 2.5]", [1, 'a', 2.5]],
    ['null', null],
    ["b'ab'", 'YWI='],
    ['{1: 2}', { '1': 2 }],
  ])('%s', (expression, expected) => {
    expect(result(expression)).toEqual(expected)
  })

  test('an evil pattern takes linear time', () => {
    expect(result(`'${'a'.repeat(2000)}!'.matches('^(a+)+$')`)).toBe(false)
  })
})

describe('failures of an evaluation', () => {
  test.each([
    ['nobody.x', 'NOT_SET', 0, 6],
    ['reply.last.boddy', 'NO_SUCH_KEY', 11, 16],
    ['1 / 0', 'DIVISION_BY_ZERO', 0, 5],
    ['[1, 2][5]', 'OUT_OF_RANGE', 0, 9],
    ["int('x')", 'BAD_VALUE', 0, 8],
    ["double('x')", 'BAD_VALUE', 0, 11],
    ["truncate('abc', -1)", 'FUNCTION_FAILED', 0, 19],
    ['server.window / 0', 'FUNCTION_FAILED', 0, 17],
    ['1.0 / 0.0', 'BAD_RESULT', 0, 9],
    ['1u', 'BAD_RESULT', 0, 2],
    ['9223372036854775807 + 1', 'OUT_OF_RANGE', 0, 23],
    ['duration(vars.alert)', 'FUNCTION_FAILED', 0, 20],
    ["'x'.matches(vars.alert + '(')", 'FUNCTION_FAILED', 0, 29],
    ['reply + 1', 'WRONG_TYPES', 0, 9],
    ['reply.last.?other', 'BAD_RESULT', 0, 17],
    ['many.map(a, many.map(b, a + b))', 'TOO_NESTED', 0, 4],
  ])('%s is %s', (expression, code, start, end) => {
    const error = failure(() => language.evaluate(expression, values))
    expect(error.code).toBe(code)
    expect(expression.slice(error.start, error.end)).toBe(expression.slice(start, end))
  })

  test('a list of any length may be gone through once', () => {
    expect(result('many.map(a, a + 1).size()')).toBe(1500)
  })

  test('an effect that is not given is not allowed', () => {
    const error = failure(() => language.evaluate("unique('a')", { names: {}, hooks: { wall: () => 0 } }))
    expect(error).toMatchObject({ code: 'FUNCTION_FAILED', message: 'unique() is allowed only in vars' })
  })

  test('an int beyond 2^53 cannot become JSON', () => {
    expect(failure(() => result('9007199254740993')).code).toBe('BAD_RESULT')
  })

  test('nothing of JavaScript can be reached', () => {
    for (const attack of [
      'reply.__proto__',
      'reply.constructor',
      "reply['__proto__']",
      "'a'.constructor",
      'reply.toString',
    ]) {
      expect(() => language.evaluate(attack, values)).toThrow(ExpressionError)
    }
  })
})

describe('trees', () => {
  test('every template is evaluated; a whole one keeps its type', () => {
    const tree = {
      a: 'pod-${i + 1}',
      b: ['${reply.last.status}', { c: 'x ${server.window} ${null} ${reply.last.body.counts}' }],
      d: 4,
    }
    expect(language.resolve(tree, values)).toEqual({ a: 'pod-1', b: [201, { c: 'x 5s null [1,2,3]' }], d: 4 })
  })

  test('$${ is text, $expr is left alone, keys are no templates', () => {
    const tree = { '${i}': '$${i}', $expr: 'it == ${i}' }
    expect(language.resolve(tree, values)).toEqual({ '${i}': '${i}', $expr: 'it == ${i}' })
  })

  test('what a template gave is never evaluated again', () => {
    const tricky = { names: { reply: toCel({ text: '${nobody}', $expr: '${nobody}' }) }, hooks }
    expect(language.resolve({ a: '${reply.text}', b: '${reply}', c: '<${reply.text}>' }, tricky)).toEqual({
      a: '${nobody}',
      b: { text: '${nobody}', $expr: '${nobody}' },
      c: '<${nobody}>',
    })
  })

  test('an error tells the path and the place in the scalar', () => {
    const error = failure(() => language.resolve({ a: ['x', 'pod-${i}-${reply.lost}'] }, values))
    expect(error).toMatchObject({ code: 'NO_SUCH_KEY', path: ['a', 1], start: 17, end: 21 })
  })

  test('a template that does not close is an error with its place', () => {
    expect(failure(() => language.resolve({ a: 'x ${i' }, values))).toMatchObject({
      code: 'UNCLOSED_TEMPLATE',
      path: ['a'],
      start: 2,
    })
  })

  test('values for vars keep what expressions work on', () => {
    const kept = language.resolveValue({ w: "${duration('2s')}", n: 3, t: 'x' }, values) as Record<
      string,
      CelValue
    >
    const next = { names: { vars: kept }, hooks }
    expect(language.resolve('${vars.w * vars.n}', next)).toBe('6s')
  })

  test('what expressions cannot hold is refused', () => {
    const deep = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000)) as unknown
    expect(() => toCel(deep)).toThrow(TypeError)
    expect(() => toCel(() => 1)).toThrow(TypeError)
    expect(() => toCel(new URL('http://x'))).toThrow(TypeError)
    expect(toCel({ a: undefined, b: -0, c: 1.5 })).toEqual({ b: 0n, c: 1.5 })
  })

  test('values that CEL made pass through toCel unchanged', () => {
    const kept = language.evaluate("{'w': duration('1s'), 't': now(), 'n': 3}", values)
    expect(fromCel(toCel(kept))).toEqual({ w: '1s', t: '2025-11-24T12:00:00Z', n: 3 })
  })

  test('a member called __proto__ in a reply is data', () => {
    const reply = toCel(JSON.parse('{"__proto__": {"x": 1}, "constructor": 2}'))
    const resolved = language.resolve('${reply}', { names: { reply }, hooks }) as object
    expect(Object.keys(resolved)).toEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf(resolved)).toBe(Object.prototype)
    expect(language.resolve("${reply['constructor']}", { names: { reply }, hooks })).toBe(2)
  })
})

describe('static check', () => {
  test.each([
    ['foo', 'UNKNOWN_NAME', 'foo', undefined],
    ['rpely.last', 'UNKNOWN_NAME', 'rpely', 'did you mean reply?'],
    ['server.windw', 'UNKNOWN_MEMBER', 'windw', 'did you mean window?'],
    ["vars['alrt']", 'UNKNOWN_MEMBER', "'alrt'", 'did you mean alert?'],
    ["ns['my-ap']", 'UNKNOWN_MEMBER', "'my-ap'", 'did you mean my-app?'],
    ['vars', 'BARE_ROOT', 'vars', undefined],
    ["'a' in vars", 'BARE_ROOT', 'vars', undefined],
    ["uniqe('a')", 'UNKNOWN_FUNCTION', 'uniqe', 'did you mean unique?'],
    ["vars.alert.contain('x')", 'UNKNOWN_FUNCTION', 'contain', 'did you mean contains?'],
    ["unique('a')", 'NOT_HERE', 'unique', 'make a variable of it'],
    [
      'truncate(vars.alert)',
      'WRONG_ARGUMENTS',
      'truncate(vars.alert)',
      'write it like truncate(vars.alert, 63)',
    ],
    [
      "vars.n + 'a'",
      'WRONG_TYPES',
      "vars.n + 'a'",
      'make text with string(…), or write the template around it',
    ],
    ['server.window + 1', 'WRONG_TYPES', 'server.window + 1', "write a duration as duration('5s')"],
    ['items.map(x)', 'WRONG_ARGUMENTS', 'map', undefined],
    ['items.map(1, 2)', 'WRONG_ARGUMENTS', '1', undefined],
    ['has(i)', 'WRONG_ARGUMENTS', 'i', undefined],
    ["matches('a', 'b')", 'UNKNOWN_FUNCTION', 'matches', 'write it after a dot: value.matches(…)'],
    ['vars.alert.truncate(3)', 'UNKNOWN_FUNCTION', 'truncate', 'write it before the value: truncate(…)'],
    ["timestamp('noon')", 'BAD_TIMESTAMP', "'noon'", undefined],
    ['vars.n = 4', 'SYNTAX', '=', 'compare with =='],
    ['true and false', 'SYNTAX', 'and', 'write &&'],
    ["true ? 1 : 'a'", 'WRONG_TYPES', "true ? 1 : 'a'", undefined],
    ["duration('5 s')", 'BAD_DURATION', "'5 s'", undefined],
    ["duration('s')", 'BAD_DURATION', "'s'", undefined],
    ["'a'.matches('(?=a)')", 'BAD_PATTERN', "'(?=a)'", undefined],
    ["'a'.matches(r'\\1')", 'BAD_PATTERN', "r'\\1'", undefined],
    ['items.map(i, i)', 'SHADOWED', 'i', 'choose another one'],
    ['items.map(x, items.map(x, x))', 'SHADOWED', 'x', 'choose another one'],
    ['items.map(x, items.map(y, items.map(z, z)))', 'TOO_NESTED', 'items.map(z, z)', undefined],
    ['for', 'RESERVED_NAME', 'for', undefined],
    ['1 +', 'SYNTAX', '+', undefined],
    ['(1', 'SYNTAX', '1', undefined],
    ['a b', 'SYNTAX', 'b', undefined],
    ["'abc", 'UNCLOSED_STRING', "'abc", undefined],
    ['!'.repeat(3000) + 'true', 'TOO_DEEP', '!', undefined],
    ['('.repeat(3000), 'TOO_DEEP', '(', undefined],
    ['1' + '+1'.repeat(1500), 'TOO_DEEP', '1', undefined],
    ['i'.repeat(4097), 'TOO_LONG', 'i'.repeat(4097), undefined],
  ])('%s', (...[expression, code, under, hint]) => {
    const issues = language.check(expression, scope)
    expect(issues.map((issue) => issue.code)).toEqual([code])
    expect(issues.map(({ start, end }) => expression.slice(start, end))).toEqual([under])
    expect(issues[0]?.hint).toBe(hint)
  })

  test.each([
    'server.window / 2',
    'vars.n * server.threshold + i',
    'has(vars.typo)',
    "vars.?typo.orValue('x')",
    "ns['my-app'] + ns.app",
    'server.namespace',
    "vars.alert.matches('^a') && reply.last.status in [201, 202]",
    "join3(vars.alert, 'b', string(i))",
    'type(i) == int',
    'cel.bind(x, vars.n, x + 1)',
    'items.all(x, items.exists(y, y == x))',
    "{'a': [1, 'b']}",
    'reply.at < now()',
  ])('%s is right', (expression) => {
    expect(language.check(expression, scope)).toEqual([])
  })

  test('every unknown word is reported', () => {
    const issues = language.check('one + server.two + three()', scope)
    expect(issues.map(({ message }) => message.split(':')[0])).toEqual(['one', 'two', 'three'])
  })

  test('unique and env are for vars', () => {
    expect(language.check("unique('a') + env('B')", scope, 'vars')).toEqual([])
    expect(language.check("unique('a') + env('B')", scope)).toHaveLength(2)
  })

  test('a template is checked with places in its scalar', () => {
    const scalar = 'a ${vars.n} ${vars.m}'
    expect(language.checkTemplate(scalar, scope)).toMatchObject([
      { code: 'UNKNOWN_MEMBER', start: 19, end: 20 },
    ])
    expect(language.checkTemplate('a ${', scope)).toMatchObject([
      { code: 'UNCLOSED_TEMPLATE', start: 2, end: 4 },
    ])
    expect(language.checkTemplate('a $${', scope)).toEqual([])
  })

  test('the type of an expression is known as far as its names are', () => {
    expect(language.typeOf('server.window / 2', scope)).toBe('duration')
    expect(language.typeOf('vars.n + 1', scope)).toBe('int')
    expect(language.typeOf('now()', scope)).toBe('timestamp')
    expect(language.typeOf('[1, 2]', scope)).toBe('list')
    expect(language.typeOf('reply.x', scope)).toBe('dyn')
    expect(language.typeOf('1 +', scope)).toBe('dyn')
  })

  test('a scope grows without changing the one before', () => {
    const later: ScopeTypes = { ...scope, ticket: 'dyn' }
    expect(language.check('ticket.object', scope)).toHaveLength(1)
    expect(language.check('ticket.object', later)).toEqual([])
    expect(language.check('ticket.object', scope)).toHaveLength(1)
  })
})

describe('names', () => {
  test('what an expression uses', () => {
    const used = language.namesIn(
      "reply.last.body.id + vars['alert'] + items.map(x, x.y + f(q.z))[0].m + string(reply.at)",
    )
    expect(used).toEqual({
      roots: ['reply', 'vars', 'items', 'q'],
      members: [['reply', 'last', 'body', 'id'], ['vars', 'alert'], ['items'], ['q', 'z'], ['reply', 'at']],
      functions: ['f', 'string'],
    })
    expect(language.namesIn('1 +')).toEqual({ roots: [], members: [], functions: [] })
  })

  test('the names of types are no names', () => {
    expect(language.namesIn('type(a) == int && cel.bind(x, a, true)').roots).toEqual(['a'])
  })

  test.each([
    ['namespace', 'RESERVED_NAME'],
    ['list', 'RESERVED_NAME'],
    ['true', 'RESERVED_NAME'],
    ['size', 'RESERVED_NAME'],
    ['unique', 'RESERVED_NAME'],
    ['join3', 'RESERVED_NAME'],
    ['Reply', 'BAD_NAME'],
    ['my-name', 'BAD_NAME'],
    ['a_b', 'BAD_NAME'],
    ['reply', undefined],
    ['case', undefined],
    ['run', undefined],
    ['it', undefined],
  ])('%s as a name: %s', (name, code) => {
    expect(language.nameIssue(name)?.code).toBe(code)
  })

  test('every name that is allowed can be used', () => {
    for (const name of ['case', 'run', 'row', 'it', 'i', 'first1', 'thread', 'scenario', 'gateway']) {
      expect(language.evaluate(`${name}.x`, { names: { [name]: toCel({ x: 1 }) }, hooks })).toBe(1n)
    }
  })
})

describe('documentation', () => {
  test('the example of every function is right', () => {
    for (const { example, summary } of language.functions) {
      expect(summary).toMatch(/^[A-Z].*\.$/)
      expect(language.check(example, scope, 'vars'), example).toEqual([])
      expect(() => language.evaluate(example, values), example).not.toThrow()
    }
  })
})

describe('whatever the text', () => {
  const bits = [
    'vars',
    '.',
    'n',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    "'a'",
    '"',
    "'",
    '1',
    '2.5',
    '+',
    '-',
    '!',
    '?',
    ':',
    ' ',
    'map',
    'x',
    ',',
    'duration',
    'has',
    '&&',
    '//',
    '\n',
    'matches',
    '\\',
    '__proto__',
    'in',
    '$',
    'é',
    '.?',
    'cel.bind',
  ]

  test('checking never throws and points into the text; evaluating throws nothing but ExpressionError', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...bits), { maxLength: 25 }), (pieces) => {
        const text = pieces.join('')
        for (const { start, end, message } of language.check(text, scope)) {
          expect(start).toBeGreaterThanOrEqual(0)
          expect(end).toBeGreaterThanOrEqual(start)
          expect(end).toBeLessThanOrEqual(text.length)
          expect(message).not.toMatch(/own_|google|undefined/)
        }
        language.namesIn(text)
        try {
          language.evaluate(text, values)
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError)
        }
      }),
      { numRuns: 3000, seed: 21 },
    )
  })

  test('what passes the check of types does not fail on types', () => {
    const atom = fc.constantFrom(
      '1',
      '2.5',
      "'a'",
      'true',
      'vars.n',
      'vars.rate',
      'vars.alert',
      'i',
      'server.window',
      "duration('1s')",
    )
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { maxDepth: 3 },
        atom,
        fc
          .tuple(tie('expression'), fc.constantFrom('+', '-', '*', '/', '==', '<', '&&'), tie('expression'))
          .map(([a, op, b]) => `(${a} ${op} ${b})`),
        fc
          .tuple(tie('expression'), tie('expression'), tie('expression'))
          .map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
      ),
    }))
    const allowed = new Set(['DIVISION_BY_ZERO', 'OUT_OF_RANGE', 'FUNCTION_FAILED', 'BAD_RESULT'])
    fc.assert(
      fc.property(expression, (text) => {
        if (language.check(text, scope).length > 0) return
        try {
          language.resolve(`\${${text}}`, values)
        } catch (error) {
          expect(allowed).toContain((error as ExpressionError).code)
        }
      }),
      { numRuns: 2000, seed: 22 },
    )
  })

  test('JSON goes in and comes out the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (json) => {
        const expected: unknown = JSON.parse(JSON.stringify(json))
        expect(fromCel(toCel(json))).toEqual(expected)
        expect(language.resolve('${v}', { names: { v: toCel(json) }, hooks })).toEqual(expected)
      }),
      { numRuns: 500, seed: 23 },
    )
  })
})
