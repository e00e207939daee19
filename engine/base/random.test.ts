import { expect, test } from 'vitest'
import { hash32, randomFrom, shuffle } from './random.ts'

test('the same seed gives the same sequence, another one another', () => {
  const draw = (...seed: (string | number)[]): string => randomFrom(...seed).word(20)
  expect(draw('run', 'scenario', 1)).toBe(draw('run', 'scenario', 1))
  expect(
    new Set([draw('run', 'scenario', 1), draw('run', 'scenario', 2), draw('runs', 'cenario', 1)]).size,
  ).toBe(3)
})

test('the sequence is the same on every machine', () => {
  expect(hash32('a')).toBe(0xe40c292c)
  expect(hash32('foobar')).toBe(0xbf9cf968)
})

test('numbers stay below their limit and reach all of it', () => {
  const random = randomFrom('limits')
  const seen = new Set(Array.from({ length: 500 }, () => random.below(6)))
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5])
  for (let round = 0; round < 500; round += 1) {
    const drawn = random.next()
    expect(drawn >= 0 && drawn < 1).toBe(true)
  }
})

test('a word has its length and its letters', () => {
  expect(randomFrom('w').word(200)).toMatch(/^[a-z0-9]{200}$/)
  expect(randomFrom('w').word(0)).toBe('')
})

test('a shuffle keeps everything, changes nothing in place, and follows the seed', () => {
  const items = Array.from({ length: 50 }, (_, index) => index)
  const mixed = shuffle(items, randomFrom('x'))
  expect(mixed).not.toEqual(items)
  expect([...mixed].sort((a, b) => a - b)).toEqual(items)
  expect(shuffle(items, randomFrom('x'))).toEqual(mixed)
  expect(items[7]).toBe(7)
})
