import { beforeAll, expect, test } from 'vitest'
import { builtInDescription } from '../gateway/index.ts'
import { validateInput, type Described } from './validate-input.ts'
import { describedValidators } from './described-validators.ts'

let described: Described
beforeAll(async () => {
  described = { description: builtInDescription, validators: await describedValidators(builtInDescription) }
})

test('an input that is right has no issues', () => {
  expect(validateInput('send', undefined, { alert: { name: 'A' }, times: 2 }, described)).toEqual([])
  expect(validateInput('expect', 'crd', { crd: 'X', count: { $gte: 1 }, within: '1.5s' })).toEqual([])
})

test('what a template gave is held to the type that the verb wants', () => {
  expect(validateInput('send', undefined, { alert: { name: 'A' }, times: '2' })).toEqual([
    { path: ['times'], message: 'times: expected a whole number from 1 to 10000, got 2' },
  ])
  expect(validateInput('expect', 'crd', { crd: 'X', within: '-1s' })).toEqual([
    { path: ['within'], message: 'within: expected a duration like 5s, got -1s' },
  ])
  expect(validateInput('wait', undefined, 5)).toEqual([
    { path: [], message: 'wait: expected a duration like 5s, got 5' },
  ])
})

test('a template that is still there is no scalar of another type', () => {
  expect(validateInput('send', undefined, { alert: { name: 'A' }, times: '${x}' })).toHaveLength(1)
})

test('with a description it looks into signals and keys', () => {
  expect(validateInput('send', undefined, { alert: { name: 5 } }, described)).toEqual([
    { path: ['alert', 'name'], message: 'name: expected a text, got 5' },
  ])
  const input = { redis: { window: { namespace: 'app', alert: 5 } }, gone: true }
  expect(validateInput('expect', 'redis', input, described)).toEqual([
    { path: ['redis', 'window', 'alert'], message: 'alert: expected a text, got 5' },
  ])
})

test('a gateway whose validators were not made at build time is checked alike', async () => {
  const other = { ...builtInDescription, name: 'another gateway' }
  const validators = await describedValidators(other)
  const issues = validateInput('send', undefined, { alert: { nam: 'A' } }, { description: other, validators })
  expect(issues.map(({ message }) => message)).toEqual(['nam: no such key in alert'])
})
