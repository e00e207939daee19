import { expect, test } from 'vitest'
import { keepOn } from './keep-on.ts'

test('a cluster keeps what is asked for; the embedded target keeps nothing and says so', () => {
  const said: string[] = []
  const say = (text: string): void => void said.push(text)
  expect(keepOn({ name: 'kind' }, 'failed', say)).toBe('failed')
  expect(keepOn({ name: 'embedded' }, 'never', say)).toBe('never')
  expect(keepOn({ name: 'kind' })).toBe('never')
  expect(said).toEqual([])
  expect(keepOn({ name: 'embedded' }, 'failed', say)).toBe('never')
  expect(said).toEqual([expect.stringMatching(/^--keep failed: the embedded target ends with this run/)])
})
