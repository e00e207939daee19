import { describe, expect, test } from 'vitest'
import { Broken, Cancelled } from '../base/failure.ts'
import { apiError } from '../steps/testing/memory-cluster.ts'
import { FakeRun, NAMESPACES, TYPE, fails, scenario, sends, step } from './testing/fake-run.ts'

const noted = (run: FakeRun): readonly string[] => run.of('note:written').map(({ text }) => text)
const note = (text: string, more = {}) => step('note', text, more)

describe('an attempt', () => {
  test('makes its namespaces, runs its steps and removes what it made', async () => {
    const run = new FakeRun()
    let during: readonly string[] = []
    run.answer = () => {
      during = run.cluster.names(NAMESPACES)
      run.redis.set(`alert:buffer:${run.namespace}:Down`, 'list', ['x'])
      run.redis.set('alert:buffer:other:Down', 'list', ['x'])
      // The rate limit of the address that this scenario is said to be.
      const address = String(run.requests.at(-1)?.headers?.['x-forwarded-for'])
      expect(address).toMatch(/^10\.\d+\.\d+\.\d+$/)
      run.redis.set(`ratelimit:${address}`, 'zset', ['x'])
      run.ticket('Down', 'p1')
      return { status: 202, body: { status: 'accepted' } }
    }
    const ended = await run.attempt(scenario({ steps: [sends({ expect: { status: 202 } })] }))
    expect(ended).toMatchObject({ outcome: 'passed', leftovers: [], attempt: 1, scenario: 'a' })
    expect(during).toEqual([run.namespace])
    expect(run.namespace).toMatch(/^app-[a-z0-9]{8}$/)
    expect(run.cluster.names(NAMESPACES)).toEqual([])
    expect(run.redis.names).toEqual(['alert:buffer:other:Down'])
    expect(run.events.map(({ type }) => type)).toEqual([
      'scenario:started',
      'step:started',
      'object:seen',
      'exchange:seen',
      'signal:held',
      'step:ended',
      'attempt:ended',
    ])
  })

  test('labels its namespaces with the run, beside their own labels', async () => {
    const run = new FakeRun()
    const seen: unknown[] = []
    run.cluster.open(NAMESPACES).subscribe(({ object }) => seen.push(object.metadata.labels))
    const app = { name: 'app', labels: { environment: 'prod' }, annotations: {}, create: true }
    const ghost = { name: 'ghost', labels: {}, annotations: {}, create: false }
    await run.attempt(scenario({ namespaces: [app, ghost] }))
    expect(seen[0]).toEqual({ environment: 'prod', 'gwscen.dev/run': 'run-1' })
    expect(run.cluster.calls.filter((call) => call.startsWith('create'))).toHaveLength(1)
    expect(run.of('scenario:started')[0]?.namespaces['ghost']).toMatch(/^ghost-/)
  })

  test('ends its steps with the first that does not pass; onFailure and finally run', async () => {
    const run = new FakeRun()
    const ended = await run.attempt(
      scenario({
        steps: [note('one'), fails, note('never')],
        onFailure: [note('it failed')],
        finally: [note('last')],
      }),
    )
    expect(ended).toMatchObject({ outcome: 'failed', failure: { code: 'EXPECTATION' } })
    expect(noted(run)).toEqual(['one', 'it failed', 'last'])
  })

  test('does without onFailure when all is well', async () => {
    const run = new FakeRun()
    await run.attempt(scenario({ steps: [note('one')], onFailure: [note('no')], finally: [note('last')] }))
    expect(noted(run)).toEqual(['one', 'last'])
  })

  test('runs every step of finally, and keeps the first failure first', async () => {
    const run = new FakeRun()
    const wrong = step('expect', { value: 1, $eq: 2 })
    const ended = await run.attempt(scenario({ steps: [fails], finally: [wrong, note('still'), fails] }))
    expect(ended).toMatchObject({ failure: { message: 'the value is false' } })
    expect(ended.further?.map(({ message }) => message)).toEqual(['the value is 1', 'the value is false'])
    expect(noted(run)).toEqual(['still'])
  })

  test('fails when only finally fails', async () => {
    const run = new FakeRun()
    expect(await run.attempt(scenario({ finally: [fails] }))).toMatchObject({ outcome: 'failed' })
  })

  test('in finally, skips what needs a step that did not run, and notes what is not set', async () => {
    const run = new FakeRun()
    const steps = [fails, sends({}, { as: 'sent' })]
    const last = [
      step('expect', { value: '${sent.first.status == 202}' }),
      note('status ${sent.first.status}, $${kept}, run ${run.id}'),
    ]
    const ended = await run.attempt(scenario({ steps, finally: last }))
    expect(run.story).toEqual(['expect failed', 'expect skipped', 'note passed'])
    expect(noted(run)).toEqual([
      'expect value (steps.expect) was skipped: sent is not set, since its step did not run',
      'status <not set>, ${kept}, run run-1',
    ])
    expect(ended.further).toBeUndefined()
  })

  test('has two names for two attempts, and the same for the same seed', async () => {
    const names: string[] = []
    for (const [seed, attempt] of [
      ['s', 1],
      ['s', 2],
      ['s', 1],
      ['t', 1],
    ] as const) {
      const run = new FakeRun()
      run.seed = seed
      const vars = [{ name: 'alert', value: "${unique('Down')}" }]
      await run.attempt(scenario({ vars, steps: [note('${vars.alert} ${ns.app}')] }), attempt)
      names.push(noted(run)[0] ?? '')
    }
    const [first, second, again, other] = names
    expect(first).toMatch(/^Down-[a-z0-9]{8} app-[a-z0-9]{8}$/)
    expect(again).toBe(first)
    expect(new Set([first, second, other]).size).toBe(3)
  })

  test('that fails leaves out finally and onFailure, which undo and explain what steps did, and removes what it made', async () => {
    const run = new FakeRun()
    const vars = [{ name: 'bad', value: '${ns.app.nowhere}' }]
    const after = { onFailure: [note('why')], finally: [note('last')] }
    const ended = await run.attempt(scenario({ vars, steps: [note('one')], ...after }))
    expect(ended).toMatchObject({ outcome: 'broken', leftovers: [] })
    expect(noted(run)).toEqual([])
    expect(run.cluster.names(NAMESPACES)).toEqual([])
  })

  test('takes the metrics before its first step', async () => {
    const run = new FakeRun()
    let calls = 10
    run.answer = ({ url }) => {
      if (url.endsWith('/metrics')) return { status: 200, body: `calls_total ${calls}` }
      calls += 1
      return { status: 400, body: {} }
    }
    const grown = step('expect', { metric: 'calls_total', increasedBy: 2 })
    expect(await run.attempt(scenario({ steps: [sends({ times: 2 }), grown] }))).toMatchObject({
      outcome: 'passed',
    })
  })

  test('is broken where growth is asked for and no metrics could be had', async () => {
    const run = new FakeRun()
    run.answer = (_, index) =>
      index === 0 ? { status: 503, body: '' } : { status: 200, body: 'calls_total 3' }
    const grown = step('expect', { metric: 'calls_total', increasedBy: 3 })
    const ended = await run.attempt(scenario({ finally: [grown] }))
    expect(ended).toMatchObject({ outcome: 'broken', failure: { code: 'NO_BASELINE' } })
  })

  test('without a gateway runs what needs none', async () => {
    const run = new FakeRun()
    const { profile: _, ...none } = scenario({
      steps: [step('wait', '1s'), step('expect', { value: true }), step('set', { a: 1 }), note('${vars.a}')],
    })
    expect(await run.attempt(none)).toMatchObject({ outcome: 'passed' })
    const sending = await run.attempt({ ...none, steps: [sends()] })
    expect(sending).toMatchObject({ outcome: 'broken', failure: { code: 'NO_GATEWAY' } })
  })

  test('in which nothing was checked is broken', async () => {
    const run = new FakeRun()
    const skipped = step('expect', { value: true }, { if: '${false}' })
    const one = scenario({ smoke: false, steps: [note('x'), skipped] })
    expect(await run.attempt(one)).toMatchObject({ outcome: 'broken', failure: { code: 'NOTHING_CHECKED' } })
    const sent = sends({ expect: { status: 400 } })
    run.answer = () => ({ status: 400, body: {} })
    expect(await run.attempt({ ...one, steps: [sent] })).toMatchObject({ outcome: 'passed' })
    expect(await run.attempt({ ...one, smoke: true })).toMatchObject({ outcome: 'passed' })
  })

  test('whose skip condition holds runs no step', async () => {
    const run = new FakeRun()
    const skip = { if: '${case.size == 3}', reason: 'too big' }
    const one = scenario({ skip, case: { size: 3 }, steps: [note('x')], finally: [note('y')] })
    expect(await run.attempt(one)).toMatchObject({ outcome: 'skipped', leftovers: [] })
    expect(noted(run)).toEqual([])
    expect(await run.attempt({ ...one, case: { size: 4 } })).toMatchObject({ outcome: 'passed' })
  })

  test('reads only the environment that it declares', async () => {
    const run = new FakeRun()
    run.env = { TOKEN: 'sesame', HOME: '/root' }
    const vars = (name: string) => [{ name: 'x', value: `\${env('${name}')}` }]
    const steps = [note('${vars.x}')]
    await run.attempt(scenario({ env: ['TOKEN'], vars: vars('TOKEN'), steps }))
    expect(noted(run)).toEqual(['sesame'])
    for (const name of ['HOME', 'UNSET']) {
      const ended = await run.attempt(scenario({ env: ['TOKEN', 'UNSET'], vars: vars(name), steps }))
      expect(ended).toMatchObject({ outcome: 'broken' })
      expect(ended.failure?.message).toContain(`env('${name}')`)
    }
  })
})

describe('an attempt that is stopped', () => {
  const cancelled = new Cancelled({ code: 'CANCELLED', message: 'stopped by SIGINT' })

  test('in the middle is cancelled; finally runs and the namespaces go', async () => {
    const run = new FakeRun()
    const ended = run.start(
      scenario({ steps: [step('wait', '10s'), note('never')], finally: [note('last')] }),
    )
    await run.clock.advance(1000)
    run.cancel.abort(cancelled)
    await ended
    expect(run.ended).toMatchObject({ outcome: 'cancelled', failure: { message: 'stopped by SIGINT' } })
    expect(run.story).toEqual(['wait cancelled', 'note passed'])
    expect(run.cluster.names(NAMESPACES)).toEqual([])
    expect(run.clock.now()).toBe(1000)
    expect(run.clock.pending).toBe(0)
  })

  test('does not wait for what its signals may lead to', async () => {
    const run = new FakeRun()
    const ended = run.start(scenario({ steps: [sends(), step('wait', '10s')] }))
    await run.clock.advance(1000)
    run.cancel.abort(cancelled)
    await ended
    expect(run.ended).toMatchObject({ outcome: 'cancelled', leftovers: [] })
    expect(run.ended.further).toBeUndefined()
    expect(run.clock.now()).toBe(1000)
  })

  test('before it began makes nothing', async () => {
    const run = new FakeRun()
    run.cancel.abort(cancelled)
    expect(await run.attempt(scenario({ steps: [note('never')] }))).toMatchObject({ outcome: 'cancelled' })
    expect(run.cluster.calls.some((call) => call.startsWith('create'))).toBe(false)
  })

  test('while it waits for its link ends at once', async () => {
    const run = new FakeRun()
    run.open = () => new Promise(() => undefined)
    const ended = run.start(scenario())
    await run.clock.advance(10)
    run.cancel.abort(cancelled)
    await ended
    expect(run.ended).toMatchObject({ outcome: 'cancelled' })
  })

  test('while it settles is cancelled, and still tidies up', async () => {
    const run = new FakeRun()
    const ended = run.start(scenario({ steps: [sends()] }))
    await run.clock.advance(500)
    expect(run.lanesFreed).toBe(1)
    run.cancel.abort(cancelled)
    await ended
    expect(run.ended).toMatchObject({ outcome: 'cancelled', leftovers: [] })
    expect(run.clock.now()).toBe(500)
    expect(run.cluster.names(NAMESPACES)).toEqual([])
  })

  test('by its timeout has failed, and finally has a budget of its own', async () => {
    const run = new FakeRun()
    const last = [step('wait', '2s'), note('last')]
    const ended = await run.attempt(scenario({ timeoutMs: 5000, steps: [step('wait', '1h')], finally: last }))
    expect(ended).toMatchObject({
      outcome: 'failed',
      failure: { code: 'TIMEOUT', message: 'the scenario took longer than its timeout of 5s' },
      ms: 7000,
    })
    expect(noted(run)).toEqual(['last'])
  })

  test('by its timeout is counted from its first step: what comes before is not the time of the gateway', async () => {
    const run = new FakeRun()
    run.cluster.before = async (call, _, signal) => {
      if (call === 'create') await run.clock.sleep(4000, signal)
    }
    const steps = [step('wait', '3s'), note('there')]
    const ended = await run.attempt(scenario({ timeoutMs: 5000, steps }))
    expect(ended).toMatchObject({ outcome: 'passed', ms: 7000 })
    expect(noted(run)).toEqual(['there'])
  })

  test('by its timeout before its first step says nothing of the gateway', async () => {
    const run = new FakeRun()
    run.cluster.before = async (call, _, signal) => {
      if (call === 'create') await run.clock.sleep(100_000, signal)
    }
    const ended = await run.attempt(scenario({ timeoutMs: 5000 }))
    expect(ended).toMatchObject({ outcome: 'broken', failure: { code: 'SETUP_TIMEOUT' }, ms: 5000 })
  })

  test('in finally ends there, as broken', async () => {
    const run = new FakeRun()
    const ended = await run.attempt(scenario({ finally: [step('wait', '1h')] }))
    expect(ended).toMatchObject({ outcome: 'broken', failure: { code: 'FINALLY_TIMEOUT' }, ms: 30_000 })
  })

  test('in onFailure ends there, and says where', async () => {
    const run = new FakeRun()
    const steps = [step('expect', { value: '${1 == 2}' })]
    const ended = await run.attempt(scenario({ steps, onFailure: [step('wait', '1h')] }))
    expect(ended).toMatchObject({
      outcome: 'failed',
      further: [{ code: 'FINALLY_TIMEOUT', message: 'onFailure took longer than 30s' }],
    })
  })
})

describe('an attempt that cannot tell', () => {
  test('because the gateway is out of reach is broken', async () => {
    const run = new FakeRun()
    run.open = () => Promise.reject(new Broken({ code: 'UNREACHABLE', message: 'storm cannot be reached' }))
    const ended = await run.attempt(scenario({ steps: [note('never')], finally: [note('never')] }))
    expect(ended).toMatchObject({ outcome: 'broken', failure: { code: 'UNREACHABLE' } })
    expect(noted(run)).toEqual([])
  })

  test('because the target changed in the middle is broken, with what happened before', async () => {
    const run = new FakeRun()
    run.answer = () => {
      run.epoch += 1
      return { status: 500, body: {} }
    }
    const ended = await run.attempt(scenario({ steps: [sends({ expect: { status: 202 } })] }))
    expect(ended).toMatchObject({ outcome: 'broken', failure: { code: 'TARGET_RESTARTED' } })
    expect(ended.failure?.message).toContain('answered 500')
  })

  test('because its pod was replaced between two requests is broken, too', async () => {
    const run = new FakeRun()
    run.answer = () => ({ status: 500, body: {} })
    run.refresh = () => Promise.resolve(void (run.epoch += 1))
    const ended = await run.attempt(scenario({ steps: [sends({ expect: { status: 202 } })] }))
    expect(ended).toMatchObject({ outcome: 'broken', failure: { code: 'TARGET_RESTARTED' } })
  })

  test('because this program stood still is broken, with what happened before', async () => {
    const run = new FakeRun()
    run.stall = { endedAt: 0, ms: 1400 }
    run.answer = () => ({ status: 500, body: {} })
    const ended = await run.attempt(scenario({ steps: [sends({ expect: { status: 202 } })] }))
    expect(ended).toMatchObject({ outcome: 'broken', failure: { code: 'STALLED' } })
    expect(ended.failure?.message).toMatch(
      /^this program stood still for 1\.4s while it went on, as the machine .* or slept; .*answered 500/,
    )
    expect(ended.failure?.notes ?? []).not.toContainEqual(expect.stringContaining('stood still'))
  })

  test('but fails when that comes back, and says so', async () => {
    const run = new FakeRun()
    run.stall = { endedAt: 0, ms: 1400 }
    run.answer = () => ({ status: 500, body: {} })
    const ended = await run.attempt(scenario({ steps: [sends({ expect: { status: 202 } })] }), 2)
    expect(ended).toMatchObject({ outcome: 'failed', failure: { code: 'UNEXPECTED_RESPONSE' } })
    expect(ended.failure?.notes?.join()).toContain('stood still for 1.4s')
  })

  test('passes when this program stood still and nothing failed', async () => {
    const run = new FakeRun()
    run.stall = { endedAt: 0, ms: 1400 }
    run.answer = () => ({ status: 400, body: {} })
    expect(await run.attempt(scenario({ steps: [sends()] }))).toMatchObject({ outcome: 'passed' })
  })

  test('passes when the target changed and nothing failed', async () => {
    const run = new FakeRun()
    run.answer = () => ({ status: 400, body: { at: (run.epoch += 1) } })
    expect(await run.attempt(scenario({ steps: [sends()] }))).toMatchObject({ outcome: 'passed' })
  })

  test('because a namespace cannot be made is broken, and removes the others', async () => {
    const run = new FakeRun()
    run.cluster.before = async (call, what) => {
      if (call !== 'create') return
      if (what.includes('bad')) throw apiError(403, 'POST /namespaces')
      await run.clock.sleep(1000)
    }
    const wish = (name: string) => ({ name, labels: {}, annotations: {}, create: true })
    const ended = await run.attempt(scenario({ namespaces: [wish('good'), wish('bad')] }))
    expect(ended).toMatchObject({ outcome: 'broken', failure: { code: 'NAMESPACE' } })
    expect(run.cluster.names(NAMESPACES)).toEqual([])
  })

  test('tells of a namespace that stays, and with what it goes', async () => {
    const run = new FakeRun()
    run.cluster.open(NAMESPACES).subscribe(({ object }) => run.cluster.lingering.add(object.metadata.name))
    const ended = await run.attempt(scenario())
    expect(ended).toMatchObject({
      outcome: 'passed',
      leftovers: [
        {
          what: `namespace ${run.namespace}`,
          reason: 'it was still there after 30 s',
          command: `kubectl delete namespace ${run.namespace}`,
        },
      ],
    })
  })
})

describe('the ledger of an attempt', () => {
  test('waits for what a signal leads to, off the lane', async () => {
    const run = new FakeRun()
    const ended = run.start(scenario({ steps: [sends()] }))
    await run.clock.advance(3000)
    expect(run.lanesFreed).toBe(1)
    expect(run.of('attempt:ended')).toEqual([])
    run.ticket('Down', 'p1')
    await run.clock.advance(0)
    await ended
    expect(run.ended).toMatchObject({ outcome: 'passed', ms: 0 })
    expect(run.clock.now()).toBe(3000)
  })

  test('fails for a signal that nothing accounts for, with what became of it', async () => {
    const run = new FakeRun()
    run.redis.set('alert:buffer:x', 'list', [])
    const ended = run.start(scenario({ steps: [sends()] }))
    await run.clock.advance(0)
    run.redis.set(`alert:buffer:${run.namespace}:Down`, 'list', ['x'], 9000)
    await run.clock.advance(5999)
    expect(run.of('attempt:ended')).toEqual([])
    await run.clock.advance(100)
    await ended
    const { failure } = run.ended
    expect(failure).toMatchObject({ outcome: 'failed', code: 'UNACCOUNTED' })
    const notes = failure?.notes?.join('\n') ?? ''
    expect(notes).toContain(
      `unaccounted: Down of ${run.namespace}:Pod:p1, answered 202 {"status":"accepted"}`,
    )
    expect(notes).toContain('waited 6s after the last reply')
    expect(notes).toContain(`alert:buffer:${run.namespace}:Down is a list, 3s to live`)
    expect(run.redis.names).toEqual(['alert:buffer:x'])
  })

  test('still fails when Redis cannot say what became of it', async () => {
    const run = new FakeRun()
    run.redis.before = () => {
      throw new Error('connection refused')
    }
    const ended = await run.attempt(scenario({ steps: [sends()] }))
    expect(ended).toMatchObject({ outcome: 'failed', failure: { code: 'UNACCOUNTED' } })
    expect(ended.failure?.notes?.join('\n')).toContain('cannot be read: connection refused')
    expect(ended.leftovers).toMatchObject([
      { what: expect.stringMatching(/^Redis keys with app-\w+ in their names$/) as string },
    ])
  })

  test('is silent where it is off, and after another failure', async () => {
    const run = new FakeRun()
    expect(await run.attempt(scenario({ ledgerOff: 'why not', steps: [sends()] }))).toMatchObject({
      outcome: 'passed',
    })
    const ended = await run.attempt(scenario({ steps: [sends(), fails] }))
    expect(ended).toMatchObject({ failure: { code: 'EXPECTATION' } })
    expect(ended.further).toBeUndefined()
  })

  test('is not satisfied by a change to an object that was there before', async () => {
    const run = new FakeRun()
    const waited = step('wait', '10s')
    const ended = run.start(scenario({ steps: [waited, sends()] }))
    await run.clock.advance(1000)
    run.ticket('Down', 'p1')
    await run.clock.advance(10_000)
    run.ticket('Down', 'p1')
    await run.clock.advance(60_000)
    await ended
    expect(run.ended).toMatchObject({ failure: { code: 'UNACCOUNTED' } })
  })

  test('counts an object in the fallback namespace, and removes it', async () => {
    const run = new FakeRun()
    run.answer = () => {
      run.ticket('Down', 'p1', 'gwscen-storm')
      return { status: 202, body: { status: 'accepted' } }
    }
    expect(await run.attempt(scenario({ steps: [sends()] }))).toMatchObject({
      outcome: 'passed',
      leftovers: [],
    })
    expect(run.cluster.names(TYPE)).toEqual([])
  })

  test('leaves objects of other runs in the fallback namespace alone', async () => {
    const run = new FakeRun()
    run.answer = () => {
      // Another signal of a resource like ours, and our signal of a resource of another run.
      const { metadata, ...rest } = run.ticket('Other', 'p1', 'gwscen-storm')
      const spec = { signalName: 'Down', affectedResources: ['app-of-another-run:Pod:p1'] }
      run.cluster.put(TYPE, {
        ...rest,
        metadata: { ...metadata, name: 'rr-another-run', uid: 'another' },
        spec,
      })
      run.ticket('Down', 'p1', 'gwscen-storm')
      return { status: 202, body: { status: 'accepted' } }
    }
    expect(await run.attempt(scenario({ steps: [sends()] }))).toMatchObject({
      outcome: 'passed',
      leftovers: [],
    })
    expect(run.cluster.names(TYPE).toSorted()).toEqual(['rr-another-run', 'rr-other'])
  })

  test('tells of a stray object that cannot be removed', async () => {
    const run = new FakeRun()
    run.answer = () => {
      run.ticket('Down', 'p1', 'gwscen-storm')
      return { status: 202, body: { status: 'accepted' } }
    }
    run.cluster.before = (call, what) =>
      call === 'delete' && what.startsWith(TYPE.plural) ? Promise.reject(apiError(403)) : Promise.resolve()
    expect(await run.attempt(scenario({ steps: [sends()] }))).toMatchObject({
      leftovers: [{ command: 'kubectl delete remediationrequests -n gwscen-storm rr-down' }],
    })
  })

  test('enters what raw and request send to a signal path, and nothing else', async () => {
    const run = new FakeRun()
    const path = '/api/v1/signals/prometheus'
    const raw = step('send', { raw: { path, body: 'no json' } })
    expect(await run.attempt(scenario({ steps: [raw] }))).toMatchObject({ failure: { code: 'UNACCOUNTED' } })
    const posted = step('request', { path, body: {} })
    expect(await run.attempt(scenario({ steps: [posted] }))).toMatchObject({
      failure: { code: 'UNACCOUNTED' },
    })
    const elsewhere = step('request', { path: '/other', body: {} })
    expect(await run.attempt(scenario({ steps: [elsewhere] }))).toMatchObject({ outcome: 'passed' })
  })
})
