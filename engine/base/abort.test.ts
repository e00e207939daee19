import { expect, test } from 'vitest'
import { abortWithin } from './abort.ts'

test('it aborts with the outer signal, for its reason', () => {
  const outer = new AbortController()
  const { signal } = abortWithin(outer.signal)
  expect(signal.aborted).toBe(false)
  outer.abort('all of it')
  expect(signal.reason).toBe('all of it')
})

test('it aborts by itself, which the outer signal does not see; the first reason stays', () => {
  const outer = new AbortController()
  const inner = abortWithin(outer.signal)
  inner.abort('this one')
  outer.abort('all of it')
  expect(inner.signal.reason).toBe('this one')
  expect(abortWithin(new AbortController().signal).signal.aborted).toBe(false)
})

test('within what is aborted it is aborted from the beginning', () => {
  expect(abortWithin(AbortSignal.abort('before')).signal.reason).toBe('before')
})

test('released, it no longer follows', () => {
  const outer = new AbortController()
  const inner = abortWithin(outer.signal)
  inner.release()
  outer.abort('all of it')
  expect(inner.signal.aborted).toBe(false)
})
