import { expect, test } from 'vitest'
import { builtInDescription } from '../gateway/index.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { preview } from './preview.ts'
import { scenario, step } from './testing/fake-run.ts'

const configuration = { processing: { storm: { inactivity_timeout: '2s' } } }
const settings = builtInDescription.settings.read(configuration, { namespace: 'gw', url: '', version: 'v' })
const options = { description: builtInDescription, settings, seed: 's', clock: new ManualClock() }

test('evaluates what needs neither a cluster nor a result, and leaves the rest as it is written', () => {
  const input = {
    alert: { name: '${vars.alert}', namespace: '${ns.app}' },
    took: '${first.ms}',
    within: '${gateway.window * 2}',
  }
  const made = preview(
    scenario({
      vars: [
        { name: 'alert', value: '${unique("Cpu")}' },
        { name: 'both', value: ['${vars.alert}', '${gateway.window}'] },
      ],
      steps: [step('send', input, { name: 'first one' })],
      finally: [step('note', 'bye')],
    }),
    options,
  )
  const alert = made.vars['alert'] as string
  expect(alert).toMatch(/^Cpu-[a-z0-9]{8}$/)
  expect(made.vars['both']).toEqual([alert, '2s'])
  expect(made.varsProblem).toBeUndefined()
  expect(made.steps).toEqual([
    {
      path: 'steps.send',
      name: 'first one',
      verb: 'send',
      input: { alert: { name: alert, namespace: made.namespaces['app'] }, took: '${first.ms}', within: '4s' },
    },
    { path: 'steps.note', verb: 'note', input: 'bye' },
  ])
  // The same seed, the same names.
  expect(
    preview(scenario({ vars: [{ name: 'alert', value: '${unique("Cpu")}' }] }), options).vars['alert'],
  ).toBe(alert)
})

test('a variable that cannot be evaluated is told, with those before it', () => {
  const vars = [
    { name: 'fine', value: 1 },
    { name: 'broken', value: '${vars.fine.nowhere}' },
    { name: 'behind', value: 2 },
  ]
  const made = preview(scenario({ vars }), options)
  expect(made.vars).toEqual({ fine: 1 })
  expect(made.varsProblem).toMatch(/\S/)
})

test('values of the environment are not shown', () => {
  const made = preview(
    scenario({ env: ['TOKEN'], vars: [{ name: 'token', value: "${env('TOKEN')}" }] }),
    options,
  )
  expect(made.vars).toEqual({ token: '<TOKEN>' })
})
