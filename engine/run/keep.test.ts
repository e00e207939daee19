import { expect, test } from 'vitest'
import type { Failure } from '../base/failure.ts'
import { keeps } from './keep.ts'
import { FakeRun, NAMESPACES, scenario, step } from './testing/fake-run.ts'

const failure = (outcome: Failure['outcome']): Failure => ({ outcome, code: 'X', message: 'x' })
const gap = { on: ['v'], defect: 'G1', sometimes: false }
const quarantine = { owner: 'qa', issue: '1', until: '2030-01-01' }

test.each([
  { keep: undefined, failed: failure('failed'), kept: false },
  { keep: 'never', failed: failure('failed'), kept: false },
  { keep: 'failed', failed: undefined, kept: false },
  { keep: 'failed', failed: failure('failed'), kept: true },
  { keep: 'failed', failed: failure('broken'), kept: true },
  { keep: 'failed', failed: failure('cancelled'), kept: false },
  { keep: 'failed', failed: failure('failed'), more: { knownGap: gap }, kept: false },
  { keep: 'failed', failed: failure('failed'), more: { quarantine }, kept: false },
  { keep: 'all', failed: undefined, kept: true },
] as const)('$keep, $failed.outcome, $more: $kept', ({ keep, failed, kept, ...rest }) => {
  expect(keeps(keep, scenario('more' in rest ? rest.more : {}), failed)).toBe(kept)
})

test('what failed stays with the commands to look and to remove; what passed is removed', async () => {
  const run = new FakeRun()
  run.keep = 'failed'
  const fails = step('expect', { value: 1, $eq: 2 })
  const failed = await run.attempt(scenario({ id: 'a', steps: [fails] }))
  const [name = ''] = run.cluster.names(NAMESPACES)
  expect(failed).toMatchObject({
    outcome: 'failed',
    leftovers: [],
    kept: [
      {
        what: `namespace ${name}`,
        look: expect.stringMatching(new RegExp(`^kubectl get \\S+,events -n ${name}$`)) as string,
        remove: `kubectl delete namespace ${name}`,
      },
      { what: `Redis keys with ${name} in their names` },
    ],
  })
  const passed = await run.attempt(scenario({ id: 'b', steps: [step('note', 'x')] }))
  expect(passed.kept).toBeUndefined()
  expect(run.cluster.names(NAMESPACES)).toEqual([name])
})
