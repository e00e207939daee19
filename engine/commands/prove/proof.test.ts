import { describe, expect, test } from 'vitest'
import { proofOf, proofText, type FaultEnd, type SuiteEnd } from './proof.ts'

const documented: SuiteEnd = { passed: ['a', 'b', 'c'], failed: [], broken: [] }

function end(fault: string, found: Partial<SuiteEnd>): FaultEnd {
  return { fault, consequence: `what ${fault} does`, passed: [], failed: [], broken: [], ...found }
}

describe('a proof', () => {
  test('names the scenarios that fail with a fault, sorted', () => {
    const { faults, unnoticed } = proofOf(documented, [end('late', { failed: ['b', 'a'], passed: ['c'] })])
    expect(faults).toEqual([
      { fault: 'late', consequence: 'what late does', noticedBy: ['a', 'b'], unsure: [] },
    ])
    expect(unnoticed).toEqual([])
  })

  test('a fault under which all pass is not noticed', () => {
    const { unnoticed } = proofOf(documented, [end('late', { passed: ['a', 'b', 'c'] })])
    expect(unnoticed.map(({ fault }) => fault)).toEqual(['late'])
  })

  test('a scenario that cannot tell has not noticed', () => {
    const { faults, unnoticed } = proofOf(documented, [end('late', { broken: ['a'] })])
    expect(faults[0]).toMatchObject({ noticedBy: [], unsure: ['a'] })
    expect(unnoticed).toHaveLength(1)
  })

  test('a scenario that fails without a fault notices nothing', () => {
    const proof = proofOf({ passed: ['a'], failed: ['b'], broken: ['c'] }, [
      end('late', { failed: ['b'], broken: ['c'], passed: ['a'] }),
    ])
    expect(proof.faults[0]).toMatchObject({ noticedBy: [], unsure: [] })
    expect(proof.unsound).toEqual(['b', 'c'])
  })

  test('scenarios that every fault lets pass are told', () => {
    const ends = [end('late', { failed: ['a'] }), end('early', { failed: ['a', 'c'] })]
    expect(proofOf(documented, ends).unmoved).toEqual(['b'])
  })
})

describe('the text of a proof', () => {
  const ends = [
    end('early', { failed: ['a', 'b', 'c', 'd', 'e'] }),
    end('very-late', { broken: ['a'] }),
    end('never', { failed: ['a'], broken: ['b'] }),
  ]
  const proof = proofOf({ passed: ['a', 'b', 'c', 'd', 'e', 'f'], failed: ['z'], broken: [] }, ends)

  test('is a table, what is missing, and one sentence', () => {
    expect(proofText(proof, { allFaults: true })).toBe(
      [
        'early      a, b, c and 2 more',
        'very-late  nobody (1 could not tell)',
        'never      a (1 could not tell)',
        '',
        'nobody noticed:',
        '  very-late: what very-late does',
        '',
        'no fault made these fail:',
        '  f',
        '',
        'these do not pass without a fault, and prove nothing:',
        '  z',
        '',
        '2 of 3 faults noticed (66 %), by 5 of 7 scenarios',
        '',
      ].join('\n'),
    )
  })

  test('does not accuse scenarios when only some faults were tried', () => {
    expect(proofText(proof, { allFaults: false })).not.toContain('no fault made these fail')
  })

  test('says how many trials told it, where not all were made', () => {
    const end = (made: number) => proofText({ ...proof, trials: { made, of: 20 } }, { allFaults: true })
    expect(end(7)).toMatch(/7 scenarios\n7 of 20 trials told that; --matrix makes them all\n$/)
    expect(end(20)).not.toContain('trials')
  })
})
