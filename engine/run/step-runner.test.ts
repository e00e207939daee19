import { expect, test } from 'vitest'
import type { Json } from '../base/json.ts'
import type { Span } from '../base/span.ts'
import type { Step } from '../scenario/scenario.ts'
import { FakeRun, fails, scenario, sends, span, step } from './testing/fake-run.ts'

const at = (line: number): Span => ({ ...span, line })

async function failureOf(steps: readonly Step[], spans: Readonly<Record<string, Span>> = {}) {
  const run = new FakeRun()
  run.answer = () => ({ status: 400, body: { detail: 'no' } })
  return (await run.attempt(scenario({ steps, spans }))).failure
}

const value = (tree: Json, more: Partial<Step> = {}) => step('expect', { value: tree }, more)

test('a step whose condition does not hold is skipped', async () => {
  const run = new FakeRun()
  const steps = [value(false, { if: '${1 > 2}' }), value(true, { if: '${1 < 2}' })]
  expect(await run.attempt(scenario({ steps }))).toMatchObject({ outcome: 'passed' })
  expect(run.story).toEqual(['expect skipped', 'expect passed'])
})

test('the result of a step is known to those after it, and to the report', async () => {
  const run = new FakeRun()
  run.answer = () => ({ status: 400, body: { id: 7 } })
  const steps = [
    sends({ times: 2 }, { as: 'sent' }),
    value('${sent.last.body.id == 7 && size(sent.all) == 2}'),
  ]
  expect(await run.attempt(scenario({ steps }))).toMatchObject({ outcome: 'passed' })
  const [first, second] = run.of('step:ended')
  expect(first?.result).toMatchObject({ tally: { '400': 2 }, last: { status: 400, body: { id: 7 } } })
  expect(second).not.toHaveProperty('result')
})

test('the result of a skipped step is not set, and using it is broken', async () => {
  const steps = [sends({}, { as: 'sent', if: '${false}' }), value('${sent.last.status == 400}')]
  expect(await failureOf(steps)).toMatchObject({ outcome: 'broken', code: 'NOT_SET' })
})

test('all rounds of a send are evaluated anew; what is said of all of them once', async () => {
  const run = new FakeRun()
  run.answer = () => ({ status: 400, body: {} })
  const alert = { name: 'A${i}', namespace: '${ns.app}', labels: { row: '${row.x}' } }
  const each = [{ x: 'a' }, { x: 'b' }]
  await run.attempt(scenario({ steps: [step('send', { alert, each, tally: { '400': '${1 + 1}' } })] }))
  expect(run.ended.outcome).toBe('passed')
  expect(run.requests.map(({ body }) => JSON.parse(String(body)) as unknown)).toMatchObject([
    { alerts: [{ labels: { alertname: 'A0', row: 'a', namespace: run.namespace } }] },
    { alerts: [{ labels: { alertname: 'A1', row: 'b' } }] },
  ])
})

test('every signal of an attempt tells the same client address, unless it names one', async () => {
  const run = new FakeRun()
  run.answer = () => ({ status: 400, body: {} })
  await run.attempt(scenario({ steps: [sends({ times: 2 }), sends({ from: '10.1.1.1' })] }))
  const [first, second, third] = run.requests.map(({ headers }) => headers?.['x-forwarded-for'])
  expect(first).toMatch(/^10\.\d+\.\d+\.\d+$/)
  expect(second).toBe(first)
  expect(third).toBe('10.1.1.1')
})

test('a step that takes longer than its timeout has failed, at its place', async () => {
  const run = new FakeRun()
  const slow = step('wait', '10s', { timeoutMs: 1500, span: at(7) })
  const ended = await run.attempt(scenario({ steps: [slow] }))
  expect(ended).toMatchObject({
    outcome: 'failed',
    failure: { code: 'STEP_TIMEOUT', message: 'the step took longer than its timeout of 1.5s', span: at(7) },
    ms: 1500,
  })
})

test('a step that ends in time leaves no timer behind', async () => {
  const run = new FakeRun()
  const ended = run.start(scenario({ steps: [value(true, { timeoutMs: 90_000 })], finally: [value(true)] }))
  await run.clock.advance(0)
  await ended
  expect(run.clock.pending).toBe(0)
})

test('a failure points at the value that does not hold, else at what is around it', async () => {
  const spans = {
    'steps.send': at(3),
    'steps.send.send.expect': at(4),
    'steps.send.send.expect.status': at(5),
  }
  expect(await failureOf([sends({ expect: { status: 201 } })], spans)).toMatchObject({ span: at(5) })
  expect(await failureOf([sends({ expect: { body: { detail: 'yes' } } })], spans)).toMatchObject({
    span: at(4),
  })
  expect(await failureOf([fails], {})).toMatchObject({ span })
})

test('an expression that cannot be evaluated points at its place', async () => {
  const spans = { 'steps.expect.expect.value': at(9) }
  expect(await failureOf([value('${[1][5] == 1}')], spans)).toMatchObject({ outcome: 'broken', span: at(9) })
})

test('a template that gives a value of the wrong kind is broken', async () => {
  const spans = { 'steps.expect.expect.within': at(6) }
  expect(await failureOf([step('expect', { value: true, within: '${1 + 1}' })], spans)).toMatchObject({
    outcome: 'broken',
    code: 'BAD_VALUE',
    span: at(6),
  })
  expect(await failureOf([sends({ expect: { status: { $gte: "${'x'}" } } })])).toMatchObject({
    outcome: 'broken',
    code: 'BAD_VALUE',
  })
  expect(await failureOf([step('wait', "${'soon'}")])).toMatchObject({ code: 'BAD_VALUE' })
})

test('a send that a template makes empty is broken, not passed', async () => {
  for (const input of [{ times: '${1 - 1}' }, { each: '${[]}' }]) {
    expect(await failureOf([sends({ ...input, expect: { status: 400 } })])).toMatchObject({
      code: 'BAD_VALUE',
    })
  }
})

test('a note of a number is its text', async () => {
  const run = new FakeRun()
  await run.attempt(scenario({ steps: [step('note', '${1 + 1}'), step('note', 'is ${[1]}')] }))
  expect(run.of('note:written').map(({ text }) => text)).toEqual(['2', 'is [1]'])
})

test('set binds variables, and durations stay durations', async () => {
  const run = new FakeRun()
  const vars = [{ name: 'half', value: '${gateway.window / 2}' }]
  const steps = [
    step('set', { twice: '${vars.half * 4}' }),
    step('note', '${vars.half} ${vars.twice} ${gateway.window + vars.half}'),
    step('wait', '${vars.half}'),
  ]
  expect(await run.attempt(scenario({ vars, steps }))).toMatchObject({ outcome: 'passed', ms: 1000 })
  expect(run.of('note:written')[0]?.text).toBe('1s 4s 3s')
})

test('an error of ours in a verb is broken, and tells where', async () => {
  const run = new FakeRun()
  run.answer = () => Promise.reject(new TypeError('x is not a function'))
  const ended = await run.attempt(scenario({ steps: [sends({}, { span: at(2) })] }))
  expect(ended.failure).toMatchObject({ outcome: 'broken', code: 'UNEXPECTED', span: at(2) })
})
