import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { textAt } from '../base/json.ts'
import type { EventBody } from './event.ts'
import { maskFor } from './mask.ts'
import { textMaskFor } from './mask-text.ts'

const SECRET = 'p@ss/w"rd+ü 1&<>\\\n%7'

function mask(text: string, ...secrets: string[]): string {
  return textMaskFor(secrets.length === 0 ? [SECRET] : secrets)?.mask(text) ?? ''
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)
const goJson = (text: string): string =>
  JSON.stringify(text)
    .slice(1, -1)
    .replace(/[<>&]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`)
const asciiJson = (text: string): string =>
  goJson(text).replace(/[^\0-\x7f]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)

describe('a secret is found', () => {
  test.each<[string, (secret: string) => string]>([
    ['as it is', (secret) => secret],
    ['in JSON', inJson],
    ['in JSON inside JSON', (secret) => inJson(inJson(secret))],
    ['in JSON as Go writes it', goJson],
    ['in JSON of ASCII alone', asciiJson],
    ['in JSON with escaped slashes', (secret) => inJson(secret).replaceAll('/', '\\/')],
    ['in a URL', encodeURIComponent],
    ['in a URL inside a URL', (secret) => encodeURIComponent(encodeURIComponent(secret))],
    [
      'in a URL in lower case',
      (secret) => encodeURIComponent(secret).replace(/%../g, (one) => one.toLowerCase()),
    ],
    ['in a form', (secret) => new URLSearchParams([['', secret]]).toString().slice(1)],
    ['in HTML', (secret) => secret.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`)],
    [
      'in HTML by name',
      (secret) => secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    ],
  ])('%s', (_how, write) => {
    for (const secret of [SECRET, 'sesame-1', 'k=v; ü']) {
      expect(mask(`before ${write(secret)} after`, secret)).toBe('before *** after')
      expect(mask(`${write(secret)}${write(secret)}`, secret)).toBe('******')
    }
  })

  test('as a server reads it out of a URL in which it stood as it is', () => {
    expect(mask('path /p@ss/~+x y', 'p@ss/%7E+x')).toBe('path /*** y')
    expect(mask('path /p@ss/~ x y', 'p@ss/%7E+x')).toBe('path /*** y')
    expect(mask('abc', '%61%62%63')).toBe('abc')
  })

  test.each(['base64', 'base64url'] as const)(
    'in %s, wherever it begins and whatever is around it',
    (encoding) => {
      for (const secret of [SECRET, 'sesame', 'four', '日本語の鍵']) {
        for (let before = 0; before < 6; before += 1) {
          for (let after = 0; after < 6; after += 1) {
            const text = `${'xyzXYZ'.slice(0, before)}${secret}${'abcABC'.slice(0, after)}`
            const shown = mask(Buffer.from(text).toString(encoding), secret)
            expect(shown).toContain('***')
            // Not even a part of it can be read any more.
            const left = shown.split('***').map((part) => Buffer.from(part, 'base64').toString('latin1'))
            expect(left.join('')).not.toContain(Buffer.from(secret).toString('latin1').slice(0, 3))
          }
        }
      }
    },
  )

  test('in base64 of a JSON document', () => {
    const document = Buffer.from(JSON.stringify({ token: SECRET })).toString('base64')
    expect(mask(document)).toContain('***')
  })

  test('line by line when it has several', () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQ\n-----END KEY-----\n'
    expect(mask('read MIIEvQIBADANBg at line 2', key)).toBe('read *** at line 2')
    expect(mask(`x${key.trim()}y`, key)).toBe('x***y')
  })

  test('where a text was cut in the middle of it', () => {
    expect(mask('expected "sesame-op…', 'sesame-open')).toBe('expected "***…')
    expect(mask(`${'x'.repeat(100)}sesame-ope`, 'sesame-open')).toBe(`${'x'.repeat(100)}***`)
    expect(mask('a sesame', 'sesame-open')).toBe('a sesame')
  })

  test('anywhere in anything', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 4, maxLength: 30 }),
        fc.string(),
        fc.string(),
        (secret, before, after) => {
          const text = textMaskFor([secret])?.mask(JSON.stringify(`${before}${secret}${after}`))
          expect(text).toContain('***')
        },
      ),
      { seed: 7, numRuns: 300 },
    )
  })
})

test('a longer secret is hidden before a shorter one that it begins with', () => {
  expect(mask('token-long token', 'token', 'token-long')).toBe('*** ***')
})

test('a run of backslashes as long as a body takes no time to speak of', () => {
  const text = '\\'.repeat(64 * 1024)
  expect(mask(text, 'a\\\\\\\\"b')).toBe(text)
})

describe('without any secret', () => {
  const mask = maskFor({ secrets: [], payloads: [] })

  test('everything is told as it is', () => {
    const event: EventBody = { type: 'thread:lost', thread: 1, reason: 'gone' }
    expect(mask(event)).toBe(event)
  })

  test('headers that let in are not shown', () => {
    const requestHeaders = { Authorization: 'Bearer x', 'x-api-token': 'y', accept: '*/*' }
    const headers = { 'set-cookie': 'session=z', 'content-type': 'text/plain' }
    const exchange = { method: 'GET', path: '/', requestHeaders, status: 200, headers, ms: 1 }
    expect(mask({ type: 'exchange:seen', scenario: 'a', attempt: 1, step: 's', exchange })).toMatchObject({
      exchange: {
        requestHeaders: { Authorization: '***', 'x-api-token': '***', accept: '*/*' },
        headers: { 'set-cookie': '***', 'content-type': 'text/plain' },
      },
    })
  })

  test('what a Secret holds is not shown', () => {
    const object = { kind: 'Secret', metadata: { name: 's' }, data: { a: 'eA==' }, stringData: { b: 'y' } }
    expect(mask({ type: 'object:seen', scenario: 'a', attempt: 1, change: 'added', object })).toMatchObject({
      object: { kind: 'Secret', metadata: { name: 's' }, data: { a: '***' }, stringData: { b: '***' } },
    })
  })
})

describe('an event', () => {
  const secret = 'failed'
  const masked = maskFor({ secrets: [secret], payloads: ['originalPayload'] })

  test('keeps what names things, also when a secret is such a word', () => {
    const event: EventBody = {
      type: 'step:ended',
      scenario: 'a/failed',
      attempt: 1,
      step: 'steps.0',
      verb: 'send',
      outcome: 'failed',
      ms: 1,
      failure: {
        outcome: 'failed',
        code: 'failed',
        message: 'got failed',
        mismatches: [{ path: 'failed.x', expected: 'failed', actual: { outcome: 'failed', failed: 1 } }],
      },
      result: { type: 'failed' },
    }
    expect(masked(event)).toEqual({
      ...event,
      failure: {
        outcome: 'failed',
        code: 'failed',
        message: 'got ***',
        mismatches: [{ path: '***.x', expected: '***', actual: { outcome: '***', '***': 1 } }],
      },
      result: { type: '***' },
    })
  })

  test('has payloads masked inside their base64, so that they can be read still', () => {
    const payload = Buffer.from('{"why":"it failed twice"}').toString('base64')
    const object = { spec: { originalPayload: payload, other: payload } }
    const event = masked({ type: 'object:seen', scenario: 'a', attempt: 1, change: 'added', object })
    const spec = (name: string): string => textAt(event, 'object', 'spec', name) ?? ''
    expect(Buffer.from(spec('originalPayload'), 'base64').toString()).toBe('{"why":"it *** twice"}')
    expect(spec('other')).toContain('***')
  })

  test('of a key of Redis tells neither by its name nor by what it holds', () => {
    const place = { scenario: 'a', attempt: 1, step: 's', key: 'lock:failed' }
    expect(masked({ type: 'key:seen', ...place, is: 'hash', value: { type: 'failed', failed: 1 } })).toEqual({
      ...{ type: 'key:seen', ...place, key: 'lock:***', is: 'hash', value: { type: '***', '***': 1 } },
    })
    expect(masked({ type: 'key:commanded', ...place, command: 'SET failed', reply: ['failed'] })).toEqual({
      ...{ type: 'key:commanded', ...place, key: 'lock:***', command: 'SET ***', reply: ['***'] },
    })
  })

  test('has sources of the same length, because spans point into them', () => {
    const event = masked({ type: 'sources:read', texts: { 'a.yaml': 'x: failed # y' } })
    expect(event).toEqual({ type: 'sources:read', texts: { 'a.yaml': 'x: ****** # y' } })
  })
})
