import { describe, expect, test } from 'vitest'

import { speaksUnicode } from './symbols.ts'
import { isLive } from './terminal/live.ts'
import { colourPaint, wantsColour, type ColourOptions } from './terminal/colour.ts'
import { clip, escapeControls, renderLines, toned } from './text.ts'

describe('text that others wrote', () => {
  test.each([
    ['a\u001b[31mred\u0007', 'a\\x1b[31mred\\x07'],
    ['\r\n\t\u0000\u007f\u0085\u009b', '\\r\\n\\t\\x00\\x7f\\x85\\x9b'],
    ['\u202eevil\u2066\u200f\u2028\ufeff\u200b', '\\u202eevil\\u2066\\u200f\\u2028\\ufeff\\u200b'],
    ['\u{e0041}\ud800', '\\u{e0041}\\ud800'],
    ['grüße 日本 👩‍👩‍👧 é', 'grüße 日本 👩‍👩‍👧 é'],
  ])('%j is shown as %s', (text, shown) => {
    expect(escapeControls(text)).toBe(shown)
    expect(renderLines([[text]])).toBe(`${shown}\n`)
  })

  test('cannot give orders to a CI runner, in whatever pieces it comes', () => {
    const lines = [['::error::a'], ['  ', '', '::b'], [toned('bad', ' ::c')], ['x', '::d'], ['y##[group]z']]
    expect(renderLines(lines)).toBe('\\x3a:error::a\n  \\x3a:b\n \\x3a:c\nx::d\ny#\\x23[group]z\n')
  })

  test('stays escaped inside colours', () => {
    expect(renderLines([[toned('bad', '\u001b[0m')]], colourPaint())).toBe('\u001b[31m\\x1b[0m\u001b[39m\n')
  })
})

describe('colours', () => {
  test.each<[boolean, string, ColourOptions]>([
    [true, 'a terminal', { isTTY: true, env: {} }],
    [false, 'a pipe', { isTTY: false, env: {} }],
    [false, 'a dumb terminal', { isTTY: true, env: { TERM: 'dumb' } }],
    [false, 'NO_COLOR', { isTTY: true, env: { NO_COLOR: '1' } }],
    [true, 'an empty NO_COLOR', { isTTY: true, env: { NO_COLOR: '' } }],
    [true, 'FORCE_COLOR over NO_COLOR', { isTTY: false, env: { NO_COLOR: '1', FORCE_COLOR: '1' } }],
    [false, 'FORCE_COLOR=0', { isTTY: true, env: { FORCE_COLOR: '0' } }],
    [true, 'the flag over all', { isTTY: false, env: { FORCE_COLOR: '0', NO_COLOR: '1' }, flag: 'always' }],
    [false, 'the flag against all', { isTTY: true, env: { FORCE_COLOR: '1' }, flag: 'never' }],
  ])('%s for %s', (expected, _what, options) => {
    expect(wantsColour(options)).toBe(expected)
  })
})

test.each([
  [true, { isTTY: true, env: { CI: 'false' } }],
  [false, { isTTY: true, env: { CI: 'true' } }],
  [false, { isTTY: true, env: { TERM: 'dumb' } }],
  [false, { isTTY: false, env: {} }],
])('a footer that moves is %s for %j', (expected, options) => {
  expect(isLive(options)).toBe(expected)
})

test.each([
  [10, 'abcdefghij'],
  [9, 'abcdefgh…'],
  [3, 'ab…'],
])('a line is clipped to %i cells', (columns, expected) => {
  expect(renderLines([clip(['abc', toned('bad', 'defghij')], columns, '…')])).toBe(`${expected}\n`)
})

test('a line is clipped by what it takes on the screen', () => {
  expect(renderLines([clip(['日本語\u001b'], 9, '…')])).toBe('日本語\\x…\n')
})

test.each([
  [true, { LANG: 'de_DE.UTF-8' }],
  [true, { LC_ALL: '', LC_CTYPE: 'C.utf8', LANG: 'C' }],
  [false, { LC_ALL: 'C', LANG: 'en_US.UTF-8' }],
  [false, {}],
])('unicode is %s for the locale %j', (expected, env) => {
  expect(speaksUnicode(env)).toBe(expected)
})
