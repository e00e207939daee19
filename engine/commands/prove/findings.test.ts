import { expect, test } from 'vitest'
import type { EventBody } from '../../events/event.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import { Findings } from './findings.ts'

function trial(of: string, fault: string): Scenario {
  return { id: `${of}@${fault}`, trial: { of, faults: [fault], witness: false } } as unknown as Scenario
}

function ended({ id }: Scenario, outcome: 'failed' | 'passed' | 'broken'): EventBody {
  return { type: 'scenario:ended', scenario: id, outcome, ms: 0, attempts: 1 }
}

const [aLate, bLate, aEarly, bEarly] = [
  trial('a', 'late'),
  trial('b', 'late'),
  trial('a', 'early'),
  trial('b', 'early'),
]
const all = [aLate, bLate, aEarly, bEarly]

/** The ids of trials that may still show something. */
function needed(findings: Findings): readonly string[] {
  return all.filter((one) => findings.needless(one) === undefined).map(({ id }) => id)
}

test('a trial is needed until its fault is noticed and its scenario has noticed a fault', () => {
  const findings = new Findings(all)
  expect(needed(findings)).toEqual(['a@late', 'b@late', 'a@early', 'b@early'])
  findings.on(ended(aLate, 'failed'))
  expect(needed(findings)).toEqual(['b@late', 'a@early', 'b@early'])
  findings.on(ended(aEarly, 'failed'))
  expect(needed(findings)).toEqual(['b@late', 'b@early'])
  findings.on(ended(bLate, 'failed'))
  expect(needed(findings)).toEqual([])
  expect(findings.needless(bEarly)).toBe('early was noticed before, and b has noticed a fault')
})

test.each(['passed', 'broken'] as const)('a scenario that %s has noticed nothing', (outcome) => {
  const findings = new Findings(all)
  for (const one of all) findings.on(ended(one, outcome))
  expect(needed(findings)).toHaveLength(4)
})
