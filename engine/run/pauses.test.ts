import { expect, test } from 'vitest'
import { FakeRun, NAMESPACES, fails, scenario, step } from './testing/fake-run.ts'
import { Pauses } from './pauses.ts'

/** A run that pauses, and what it had in the cluster then. */
function pausing(): { readonly run: FakeRun; readonly pauses: Pauses } {
  const run = new FakeRun()
  const pauses = new Pauses((event) => run.events.push(event))
  run.pauses = pauses
  return { run, pauses }
}

const note = (text: string) => step('note', text)
const failing = scenario({ steps: [fails], onFailure: [note('why')], finally: [note('tidied')] })
const notes = (run: FakeRun) => run.of('note:written').map(({ text }) => text)

test('a failed attempt waits before it tidies up, and its namespaces are there', async () => {
  const { run, pauses } = pausing()
  const ended = run.attempt(failing)
  await run.clock.advance(600_000)
  expect(run.of('attempt:paused')).toMatchObject([
    { scenario: 'a', attempt: 1, forwards: [], failure: { code: 'EXPECTATION' } },
  ])
  expect(notes(run)).toEqual(['why'])
  expect(run.cluster.names(NAMESPACES)).toEqual([run.namespace])
  pauses.resume({ scenario: 'a', attempt: 2 })
  pauses.resume({ scenario: 'b', attempt: 1 })
  await run.clock.advance(0)
  expect(notes(run)).toEqual(['why'])
  pauses.resume({ scenario: 'a', attempt: 1 })
  const { outcome, ms } = await ended
  expect(outcome).toBe('failed')
  expect(ms).toBeLessThan(60_000)
  expect(notes(run)).toEqual(['why', 'tidied'])
  expect(run.cluster.names(NAMESPACES)).toEqual([])
  expect(run.of('attempt:resumed')).toHaveLength(1)
})

test('a run that is stopped does not wait any longer', async () => {
  const { run } = pausing()
  const ended = run.attempt(failing)
  await run.clock.advance(1000)
  expect(run.of('attempt:paused')).toHaveLength(1)
  run.cancel.abort(new Error('stopped'))
  expect((await ended).outcome).toBe('failed')
  expect(run.cluster.names(NAMESPACES)).toEqual([])
})

test('an alert that is nowhere at the end is a failure to look at, too', async () => {
  const { run, pauses } = pausing()
  const ended = run.attempt(
    scenario({
      steps: [step('send', { alert: { name: 'Lost', severity: 'info', namespace: '${ns.app}' } })],
    }),
  )
  await run.clock.advance(600_000)
  expect(run.of('attempt:paused')).toHaveLength(1)
  expect(run.cluster.names(NAMESPACES)).toEqual([run.namespace])
  pauses.resume({ scenario: 'a', attempt: 1 })
  expect(await ended).toMatchObject({ outcome: 'failed', failure: { code: 'UNACCOUNTED' } })
})

test.each([
  ['what passes', scenario({ steps: [note('fine')] })],
  [
    'what fails as it is declared',
    { ...failing, knownGap: { defect: 'G1', on: ['documented'], sometimes: false } },
  ],
  ['what is in quarantine', { ...failing, quarantine: { owner: 'me', issue: 'X-1', until: '2999-01-01' } }],
])('%s does not wait', async (_what, one) => {
  const { run } = pausing()
  await run.attempt(one)
  expect(run.of('attempt:paused')).toEqual([])
})
