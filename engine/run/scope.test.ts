import { expect, test } from 'vitest'
import type { JsonObject } from '../base/json.ts'
import type { Span } from '../base/span.ts'
import { createExpressions } from '../expressions/expressions.ts'
import { builtInDescription } from '../gateway/index.ts'
import { vocabularyOf } from '../scenario/vocabulary.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { Scope, settingsForExpressions } from './scope.ts'

const expressions = createExpressions(vocabularyOf(builtInDescription))

function scopeOf(names: JsonObject = {}, seed: readonly (string | number)[] = ['s', 1]): Scope {
  const settings = { window: '1m30s', bufferThreshold: 5, url: 'http://x' }
  return new Scope({
    expressions,
    clock: new ManualClock(),
    names,
    gateway: settingsForExpressions(settings, builtInDescription.settings.fields, expressions),
    seed,
    env: (name) => `value of ${name}`,
    spanOf: (path): Span => ({ file: path, line: 1, col: 1, start: 0, end: 0 }),
  })
}

const vars = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([name, value]) => ({ name, value }))

test('variables are bound in order, each seeing those before it', () => {
  const scope = scopeOf()
  scope.bindVars(vars({ a: "${unique('Down')}", b: 'x-${vars.a}', c: "${env('HOME')}" }))
  const [a, b, c] = ['a', 'b', 'c'].map((name) => scope.resolve(`\${vars.${name}}`, 'steps.0'))
  expect(a).toMatch(/^Down-[a-z0-9]{8}$/)
  expect(b).toBe(`x-${a as string}`)
  expect(c).toBe('value of HOME')
  expect(() => scopeOf().bindVars(vars({ a: '${vars.b}', b: 'x' }))).toThrow(
    expect.objectContaining({
      outcome: 'broken',
      details: expect.objectContaining({
        span: expect.objectContaining({ file: 'vars.a' }) as unknown,
      }) as unknown,
    }) as Error,
  )
})

test('unique names follow the seed, and differ within an attempt', () => {
  const bind = (...seed: (string | number)[]): unknown => {
    const scope = scopeOf({}, seed)
    scope.bindVars(vars({ a: "${unique('A')}", b: "${unique('A')}" }))
    return scope.resolve(['${vars.a}', '${vars.b}'], 'steps.0')
  }
  expect(bind('s', 1)).toEqual(bind('s', 1))
  expect(bind('s', 1)).not.toEqual(bind('s', 2))
  expect(new Set(bind('s', 1) as string[]).size).toBe(2)
})

test('unique and env are for variables alone', () => {
  for (const text of ["${unique('A')}", "${env('HOME')}"]) {
    expect(() => scopeOf().resolve(text, 'steps.0')).toThrow(/only in vars/)
  }
})

test('settings are typed: a duration can be reckoned with, and stays one in a variable', () => {
  const scope = scopeOf()
  scope.bindVars(vars({ half: '${gateway.window / 2}' }))
  expect(scope.resolve('${vars.half + duration("5s")}', 'steps.0')).toBe('50s')
  expect(scope.resolve('${gateway.window}', 'steps.0')).toBe('1m30s')
  expect(scope.resolve('${gateway.bufferThreshold * 2}', 'steps.0')).toBe(10)
  expect(scope.resolve('${gateway.url + "/y"}', 'steps.0')).toBe('http://x/y')
})

test('a name without a value is NOT_SET, at its place', () => {
  const scope = scopeOf()
  const failing = (): unknown => scope.resolve({ a: ['x', '${sent.first.status}'] }, 'steps.2.send')
  expect(failing).toThrow(
    expect.objectContaining({
      code: 'NOT_SET',
      details: expect.objectContaining({
        span: expect.objectContaining({ file: 'steps.2.send.a.1' }) as unknown,
      }) as unknown,
    }) as Error,
  )
  scope.store('sent', { first: { status: 202 } })
  expect(failing()).toEqual({ a: ['x', 202] })
})

test('a value that came out of a template is not expanded again', () => {
  const scope = scopeOf({ ns: { app: '${1 + 1}' } })
  expect(scope.resolve('${ns.app}', 'steps.0')).toBe('${1 + 1}')
})

test('names of a round are seen in it alone', () => {
  const scope = scopeOf()
  expect(scope.resolve('p${i}', 'steps.0', { i: 3 })).toBe('p3')
  expect(() => scope.resolve('p${i}', 'steps.0')).toThrow(
    expect.objectContaining({ code: 'NOT_SET' }) as Error,
  )
})

test('an expression of a matcher sees its candidate', () => {
  const scope = scopeOf({ run: { id: 'r1' } })
  expect(scope.evaluate('it.count > 2 && run.id == "r1"', { count: 3 }, 'steps.0')).toBe(true)
})
