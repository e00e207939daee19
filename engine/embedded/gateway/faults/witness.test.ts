import { describe, expect, test } from 'vitest'
import { documented, type Reply } from '../behaviour.ts'
import { faults } from './index.ts'
import { Witness } from './witness.ts'

const reply = (path: string, status: number, body = ''): [Reply, string] => [
  { status, headers: {}, body },
  path,
]

describe('a witness', () => {
  test('behaves as documented', () => {
    const { behaviour } = new Witness()
    expect(Object.keys(behaviour)).toEqual(Object.keys(documented))
    expect(behaviour.limitsRate).toBe(true)
    expect(behaviour.nextCount(3)).toBe(4)
    expect(behaviour.reply(...reply('/health', 200))).toEqual({ status: 200, headers: {}, body: '' })
  })

  test('knows of no fault until something is asked', () => {
    expect(new Witness().touched).toEqual([])
  })

  test('a value that a fault replaces makes a difference as soon as it is read', () => {
    const witness = new Witness()
    expect(witness.behaviour.reusesName).toBe(false)
    expect(witness.touched).toEqual(['reused-name'])
  })

  test('an answer makes a difference only where the fault would have given another one', () => {
    const witness = new Witness()
    witness.behaviour.isFinal('Blocked')
    expect(witness.touched).toEqual([])
    witness.behaviour.isFinal('Pending')
    expect(witness.touched).toEqual(['pending-phase-final'])
  })

  test('what changes nothing but metrics makes a difference once they are read', () => {
    const witness = new Witness()
    witness.behaviour.times('storm-detected')
    expect(witness.touched).toEqual([])
    witness.behaviour.reply(...reply('/metrics', 200))
    expect(witness.touched).toContain('metrics-doubled')
    expect(new Set(witness.touched).size).toBe(witness.touched.length)
  })

  test('there is no fault that it could not notice', () => {
    for (const [name, fault] of Object.entries(faults))
      expect(Object.keys(fault.change(documented)), name).not.toEqual([])
  })
})
