import { expect, test } from 'vitest'
import type { EventBody } from '../../events/event.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import { Progress } from './trial-progress.ts'

function trial(of: string, fault: string): Scenario {
  return { id: `${of}@${fault}`, trial: { of, faults: [fault], witness: false } } as unknown as Scenario
}

function ended(scenario: string, outcome: 'failed' | 'passed' | 'broken' | 'skipped'): EventBody {
  return { type: 'scenario:ended', scenario, outcome, ms: 0, attempts: 1 }
}

function progress(soon: boolean): { readonly lines: string[]; readonly on: (event: EventBody) => void } {
  const lines: string[] = []
  const trials = [trial('a', 'late'), trial('b', 'late'), trial('c', 'late')]
  const one = new Progress({ faults: ['late', 'idle'], trials, soon, say: (line) => lines.push(line) })
  return { lines, on: (event) => one.on(event) }
}

test('tells a fault when its last trial has ended, and at once one that matters to nobody', () => {
  const { lines, on } = progress(false)
  expect(lines).toEqual(['1 of 2: idle, makes no difference to any'])
  on(ended('a@late', 'failed'))
  on(ended('b@late', 'broken'))
  expect(lines).toHaveLength(1)
  on(ended('c@late', 'passed'))
  expect(lines[1]).toBe('2 of 2: late, 1 of 3 failed, 1 broken')
})

test('tells a fault once, when it is first noticed, where that is enough', () => {
  const { lines, on } = progress(true)
  on(ended('b@late', 'passed'))
  on(ended('a@late', 'failed'))
  expect(lines[1]).toBe('2 of 2: late, 1 of 2 failed, 0 broken')
  on(ended('c@late', 'skipped'))
  expect(lines).toHaveLength(2)
})

test('tells a fault that nobody notices after its last trial', () => {
  const { lines, on } = progress(true)
  for (const of of ['a', 'b', 'c']) on(ended(`${of}@late`, 'passed'))
  expect(lines[1]).toBe('2 of 2: late, 0 of 3 failed, 0 broken')
})
