import { expect, test } from 'vitest'
import type { Json, JsonObject } from '../base/json.ts'
import type { Span } from '../base/span.ts'
import { TransportError } from '../http/transport-error.ts'
import type { Scenario, Template } from '../scenario/scenario.ts'
import { FakeRun, scenario, span, step } from './testing/fake-run.ts'

const at = (line: number, file = 'a.yaml'): Span => ({ ...span, file, line })
const holds = (value: Json): JsonObject => ({ expect: { value } })
const alert = { name: 'A', namespace: '${ns.app}', severity: 'critical', pod: 'p' }
const send = (more: JsonObject = {}): JsonObject => ({ send: { alert, expect: { status: 400 }, ...more } })

function refusing(): FakeRun {
  const run = new FakeRun()
  run.answer = (_, index) => ({ status: 400, body: { number: index } })
  return run
}

/** Runs one attempt; every signal is refused, so that none must be accounted for. */
async function attempt(run: FakeRun, more: Partial<Scenario>) {
  return run.attempt(scenario(more))
}

const ids = (run: FakeRun): readonly string[] =>
  run.of('step:ended').map(({ step: id, outcome }) => `${id} ${outcome}`)

test('steps in a loop are told with the pass, and stand where they are written', async () => {
  const run = refusing()
  const steps = [
    step(
      'repeat',
      { times: 2, as: 'round', steps: [holds('${round < 2}'), { note: 'pass ${i}' }] },
      { path: 'steps.0' },
    ),
  ]
  const spans = { 'steps.0.repeat.steps.1': at(7) }
  expect(await attempt(run, { steps, spans })).toMatchObject({ outcome: 'passed' })
  expect(ids(run)).toEqual([
    'steps.0/0/0 passed',
    'steps.0/0/1 passed',
    'steps.0/1/0 passed',
    'steps.0/1/1 passed',
    'steps.0 passed',
  ])
  expect(run.of('step:started').find(({ step: id }) => id === 'steps.0/1/1')?.span.line).toBe(7)
  expect(run.of('note:written').map(({ step: id, text }) => `${id} ${text}`)).toEqual([
    'steps.0/0/1 pass 0',
    'steps.0/1/1 pass 1',
  ])
})

test('a result in a loop is known to the steps after it, and a list outside', async () => {
  const run = refusing()
  const inside = [{ ...send(), as: 'sent' }, holds('${sent.first.status == 400}')]
  const steps = [
    step('repeat', { each: ['x', 'y'], steps: inside }, { path: 'steps.0' }),
    step('expect', { value: '${size(sent) == 2 && sent[1].first.body.number == 1}' }, { path: 'steps.1' }),
  ]
  expect(await attempt(run, { steps })).toMatchObject({ outcome: 'passed' })
})

test('variables that a loop sets are those of the scenario', async () => {
  const run = refusing()
  const steps = [
    step('repeat', { times: 3, steps: [{ set: { last: '${i}' } }] }, { path: 'steps.0' }),
    step('expect', { value: '${vars.last == 2}' }, { path: 'steps.1' }),
  ]
  expect(await attempt(run, { steps })).toMatchObject({ outcome: 'passed' })
})

test('a failure inside is the failure of the step around it, and both are named', async () => {
  const run = refusing()
  const inner = { name: 'the inner one', ...holds(false) }
  const steps = [step('repeat', { times: 5, steps: [inner] }, { path: 'steps.0', name: 'the loop' })]
  const spans = { 'steps.0.repeat.steps.0.expect.value': at(9) }
  const end = await attempt(run, { steps, spans })
  expect(end).toMatchObject({
    outcome: 'failed',
    failure: { code: 'EXPECTATION', span: { line: 9 } },
    failedAt: ['the inner one', 'the loop'],
  })
  expect(ids(run)).toEqual(['steps.0/0/0 failed', 'steps.0 failed'])
})

test('branches see no names of each other, and all are seen afterwards', async () => {
  const run = refusing()
  const steps = [
    step(
      'parallel',
      { left: [{ ...send(), as: 'l' }], right: [{ ...send(), as: 'r' }, holds('${r.first.status == 400}')] },
      { path: 'steps.0' },
    ),
    step('expect', { value: '${l.first.status == r.first.status}' }, { path: 'steps.1' }),
  ]
  expect(await attempt(run, { steps })).toMatchObject({ outcome: 'passed' })
  expect(ids(run)).toContain('steps.0/right/1 passed')
  const blind = refusing()
  const peeking = {
    left: [{ ...send(), as: 'l' }],
    right: [{ wait: '1s' }, holds('${l.first.status == 400}')],
  }
  expect(await attempt(blind, { steps: [step('parallel', peeking, { path: 'steps.0' })] })).toMatchObject({
    failure: { outcome: 'broken' },
  })
})

test('the first branch that fails cancels the others; what failed by itself is told, too', async () => {
  const run = refusing()
  const branches = {
    slow: [{ wait: '30s' }],
    late: [{ wait: '2s' }, holds(false)],
    early: [{ wait: '1s' }, { expect: { value: 1, $eq: 2 } }],
  }
  const end = await attempt(run, { steps: [step('parallel', branches, { path: 'steps.0' })] })
  expect(end.failure).toMatchObject({ outcome: 'failed', mismatches: [{ expected: '2', actual: 1 }] })
  expect(end).not.toHaveProperty('further')
  expect(ids(run)).toEqual([
    'steps.0/early/0 passed',
    'steps.0/early/1 failed',
    'steps.0/slow/0 cancelled',
    'steps.0/late/0 cancelled',
    'steps.0 failed',
  ])
})

test('an assertion inside counts for the whole', async () => {
  const nested = step('repeat', { times: 1, steps: [holds(true)] }, { path: 'steps.0' })
  expect(await attempt(refusing(), { smoke: false, steps: [nested] })).toMatchObject({ outcome: 'passed' })
  const skipped = step('repeat', { times: 1, steps: [{ if: false, ...holds(true) }] }, { path: 'steps.0' })
  expect(await attempt(refusing(), { smoke: false, steps: [skipped] })).toMatchObject({
    failure: { code: 'NOTHING_CHECKED' },
  })
})

test('a limit of the step around ends the steps inside', async () => {
  const steps = [step('repeat', { times: 1, steps: [{ wait: '1m' }] }, { path: 'steps.0', timeoutMs: 500 })]
  expect(await attempt(refusing(), { steps })).toMatchObject({
    failure: { code: 'STEP_TIMEOUT', message: 'the step took longer than its timeout of 500ms' },
  })
})

test('in finally, a step inside that needs what was never set is skipped', async () => {
  const run = refusing()
  const last = [step('repeat', { times: 1, steps: [{ set: { x: '${sent.all}' } }] }, { path: 'finally.0' })]
  expect(await attempt(run, { finally: last })).toMatchObject({ outcome: 'passed' })
  expect(ids(run)).toEqual(['finally.0/0/0 skipped', 'finally.0 passed'])
})

test('metrics are counted from the beginning of a step that has a name', async () => {
  const run = refusing()
  let sent = 3
  run.answer = ({ method }) => {
    if (method === 'POST') sent += 1
    return method === 'POST' ? { status: 400, body: {} } : { status: 200, body: `signals_total ${sent}\n` }
  }
  const steps = [
    step('measure', 'start', { path: 'steps.0' }),
    step('send', { alert, expect: { status: 400 } }, { path: 'steps.1' }),
    step('send', { alert, expect: { status: 400 } }, { path: 'steps.2', as: 'second' }),
    step('expect', { metric: 'signals_total', increasedBy: 2, since: 'start' }, { path: 'steps.3' }),
    step('expect', { metric: 'signals_total', increasedBy: 1, since: 'second' }, { path: 'steps.4' }),
  ]
  expect(await attempt(run, { steps })).toMatchObject({ outcome: 'passed' })
})

const template = (more: Partial<Template>): Template => ({
  file: 't/t.yaml',
  inputs: {},
  outputs: {},
  steps: [],
  spans: {},
  uses: {},
  ...more,
})

const using = (inputs: JsonObject, path = 'steps.0') =>
  step('use', { template: 't.yaml', inputs }, { path, span: at(3), as: 'w' })

test('a template sees its inputs, typed, and gives its outputs', async () => {
  const run = refusing()
  const given = template({
    inputs: { pause: { type: 'duration', default: '1s' }, share: { type: 'number' }, name: { type: 'text' } },
    steps: [{ set: { half: '${inputs.pause / 2}' } }, holds('${inputs.share / 2 == 0.5}')],
    outputs: { half: '${vars.half}', name: '${inputs.name}' },
  })
  const steps = [
    using({ share: 1, name: '${vars.name}' }),
    step('expect', { value: "${w.half == '500ms' && w.name == 'n'}" }, { path: 'steps.1' }),
  ]
  const more = {
    uses: { 't.yaml': 't/t.yaml' },
    templates: { 't/t.yaml': given },
    vars: [{ name: 'name', value: 'n' }],
  }
  expect(await attempt(run, { steps, ...more })).toMatchObject({ outcome: 'passed' })
  expect(ids(run)).toEqual(['steps.0/0 passed', 'steps.0/1 passed', 'steps.0 passed', 'steps.1 passed'])
})

test('a template sees nothing of the scenario, and leaves nothing behind', async () => {
  const more = (steps: JsonObject[]): Partial<Scenario> => ({
    uses: { 't.yaml': 't/t.yaml' },
    templates: { 't/t.yaml': template({ steps }) },
    vars: [{ name: 'x', value: 1 }],
  })
  expect(await attempt(refusing(), { steps: [using({})], ...more([holds('${ns.app}')]) })).toMatchObject({
    outcome: 'broken',
  })
  const steps = [using({}), step('expect', { value: '${vars.x == 1}' }, { path: 'steps.1' })]
  expect(await attempt(refusing(), { steps, ...more([{ set: { x: 2 } }]) })).toMatchObject({
    outcome: 'passed',
  })
})

test('an input of another type is broken', async () => {
  const given = template({ inputs: { count: { type: 'integer' } } })
  const more = { uses: { 't.yaml': 't/t.yaml' }, templates: { 't/t.yaml': given } }
  expect(await attempt(refusing(), { steps: [using({ count: '${1.5}' })], ...more })).toMatchObject({
    failure: { code: 'BAD_VALUE', message: 'count: expected integer, got 1.5' },
  })
})

test('a failure in a template shows the stack of files', async () => {
  const outer = template({
    steps: [{ use: { template: 'inner.yaml' } }],
    spans: { 'steps.0': at(5, 't/t.yaml') },
    uses: { 'inner.yaml': 't/inner.yaml' },
  })
  const inner = template({
    file: 't/inner.yaml',
    steps: [holds(false)],
    spans: { 'steps.0.expect.value': at(8, 't/inner.yaml') },
  })
  const templates = { 't/t.yaml': outer, 't/inner.yaml': inner }
  const end = await attempt(refusing(), { steps: [using({})], uses: { 't.yaml': 't/t.yaml' }, templates })
  expect(end.failure).toEqual({
    outcome: 'failed',
    code: 'EXPECTATION',
    message: 'the value is false',
    span: at(8, 't/inner.yaml'),
    mismatches: [{ path: 'value', expected: 'true', actual: false }],
    notes: ['in the template t/inner.yaml, used at t/t.yaml:5', 'in the template t/t.yaml, used at a.yaml:3'],
  })
})

const down = (inside: readonly Json[]) =>
  step('fault', { gateway: 'down', steps: inside }, { path: 'steps.0' })

test('what goes wrong while something is broken names the fault, and that no reply comes is a failure', async () => {
  const lost = refusing()
  lost.answer = () => {
    throw new TransportError({ kind: 'reset', sent: true, doing: 'POST /x', reason: 'connection reset' })
  }
  const note = "while the scenario's own fault was in force: gateway down"
  const sending = step('send', { alert, expect: { status: 400 } }, { path: 'steps.0' })
  expect((await attempt(lost, { steps: [sending] })).failure).toMatchObject({
    outcome: 'broken',
    code: 'TRANSPORT',
  })
  expect((await attempt(lost, { steps: [down([send()])] })).failure).toMatchObject({
    outcome: 'failed',
    code: 'TRANSPORT',
    notes: [note],
  })
  const wrong = await attempt(refusing(), { steps: [down([holds(false)])] })
  expect(wrong.failure).toMatchObject({ outcome: 'failed', code: 'EXPECTATION' })
  expect(wrong.failure?.notes?.[0]).toBe(note)
})

test('that the way changed is no news in a scenario that broke it', async () => {
  const run = refusing()
  const breaking = run.breakTarget
  run.breakTarget = (outage) => {
    run.epoch += 1
    return breaking(outage)
  }
  const steps = [down([{ note: 'dark' }]), step('expect', { value: false }, { path: 'steps.1' })]
  expect(await attempt(run, { steps })).toMatchObject({ failure: { outcome: 'failed', code: 'EXPECTATION' } })
  expect(run.outages).toEqual(['gateway down', 'mended'])
})

test('a fault is mended also when the run is cancelled', async () => {
  const run = refusing()
  const ended = run.start(scenario({ steps: [down([{ wait: '30s' }])] }))
  await run.clock.advance(1000)
  run.cancel.abort(new Error('stopped'))
  await run.clock.advance(200_000)
  await ended
  expect(run.outages).toEqual(['gateway down', 'mended'])
})
