import { describe, expect, test } from 'vitest'
import type { EventBody, Exchange } from '../../events/event.ts'
import { made } from '../testing/made.ts'
import { nothingRan, outcomesRun } from '../testing/outcomes-run.ts'
import { eventsOf, mismatchFailure, runStarted, sources, stormRun } from '../testing/storm-run.ts'
import { storyOf, unpacked } from './testing/unpacked.ts'

const PLAN = {
  id: 'one',
  name: 'One',
  file: 'scenarios/dedup/joins.yaml',
  line: 1,
  tags: ['p0'],
  profile: 'dedup',
}
const PLACE = { scenario: 'one', attempt: 1, step: 'steps.0' }
const { span } = mismatchFailure

function runOf(...bodies: readonly EventBody[]): Promise<string> {
  const begin: EventBody = {
    type: 'scenario:started',
    scenario: 'one',
    attempt: 1,
    thread: 1,
    lane: 3,
    namespaces: { app: 'app-1' },
  }
  const run: readonly EventBody[] = [
    { ...runStarted, scenarios: [PLAN] },
    { type: 'sources:read', texts: sources },
    begin,
    ...bodies,
  ]
  return made('html', eventsOf(run))
}

function started(step: string, verb: string, title = ''): EventBody {
  return { type: 'step:started', ...PLACE, step, verb, title, span }
}

function ended(step: string, verb: string, ms = 10): EventBody {
  return { type: 'step:ended', ...PLACE, step, verb, outcome: 'passed', ms }
}

function read(body: string): Exchange {
  return { method: 'GET', path: '/metrics', requestHeaders: {}, status: 200, body, ms: 1 }
}

function seen(change: 'added' | 'modified' | 'deleted', resourceVersion: string, phase: string): EventBody {
  const metadata = { name: 'rr-1', namespace: 'app-1', resourceVersion }
  return {
    type: 'object:seen',
    scenario: 'one',
    attempt: 1,
    change,
    object: { kind: 'Thing', metadata, status: { phase } },
  }
}

describe('the index', () => {
  test('has every planned scenario with how it ended, and a story of each that began', async () => {
    const { index, values } = unpacked(await made('html', outcomesRun))
    expect(index.scenarios.map(({ id, ending }) => `${id} ${ending}`)).toEqual([
      'all/passed passed',
      'all/failed failed',
      'all/broken broken',
      'all/flaky flaky',
      'all/skipped skipped',
      'all/quarantined quarantined',
      'all/gap gap',
      'all/cancelled cancelled',
      'all/cut unfinished',
      'all/never unfinished',
      'all/two[a] passed',
      'all/two[b] passed',
    ])
    const told = index.scenarios.filter(({ id }) => `scenario:${id}` in values).map(({ id }) => id.slice(4))
    expect(told).toEqual(['passed', 'failed', 'broken', 'flaky', 'quarantined', 'gap', 'cancelled', 'cut'])
    expect(index.scenarios.filter(({ chunk }) => chunk !== undefined).map(({ id }) => id.slice(4))).toEqual(
      told,
    )
  })

  test('says why the run is not to be trusted', async () => {
    const { index } = unpacked(await made('html', nothingRan))
    expect(index.run.troubles).toEqual([
      'kind is not installed',
      'scenarios/dedup/joins.yaml:7:7: `expects` is not a key of send',
      'gwscen doctor',
    ])
    const cut = unpacked(await made('html', stormRun.slice(0, 7)))
    expect(cut.index.run.troubles).toEqual(['The run, or its log, did not come to its end.'])
    const lost = unpacked(await made('html', stormRun))
    expect(lost.index.run.troubles).toContain('Thread 2 was lost: out of memory')
    expect(lost.index.threads.find(({ thread }) => thread === 2)).toMatchObject({ lost: { at: 130 } })
  })

  test('names cases of one file by their line when they are run again', async () => {
    const { index } = unpacked(await made('html', outcomesRun))
    const rerun = (id: string): string | undefined => index.scenarios.find((row) => row.id === id)?.rerun
    expect(rerun('all/passed')).toBe('npx gwscen run scenarios/all/passed.yaml')
    expect(rerun('all/two[b]')).toBe('npx gwscen run scenarios/all/two.yaml:12')
  })

  test('has bars of the steps that have none inside, and of windows', async () => {
    const { index } = unpacked(
      await runOf(
        started('steps.0', 'during'),
        started('steps.0/0', 'send', 'one alert'),
        ended('steps.0/0', 'send'),
        started('steps.0/1', 'expect'),
        { type: 'step:waiting', ...PLACE, step: 'steps.0/1', ms: 500, seen: 'nothing' },
        ended('steps.0/1', 'expect'),
        ended('steps.0', 'during'),
        { type: 'attempt:ended', scenario: 'one', attempt: 1, outcome: 'passed', ms: 75, leftovers: [] },
      ),
    )
    expect(index.scenarios[0]?.attempts).toEqual([
      {
        ...{ attempt: 1, thread: 1, lane: 3, from: 20, to: 95, ending: 'passed' },
        windows: [],
        steps: [
          { title: 'during', from: 30, to: 90, kind: 'window', ending: 'passed' },
          { title: 'one alert', from: 40, to: 50, kind: 'work', ending: 'passed' },
          { title: 'expect', from: 60, to: 80, kind: 'work', ending: 'passed', waitsFrom: 70 },
        ],
      },
    ])
  })
})

describe('a story', () => {
  test('has both attempts of what is flaky, with why the first one failed', async () => {
    const { attempts } = storyOf(unpacked(await made('html', outcomesRun)), 'all/flaky')
    expect(attempts.map(({ attempt, ending, failure }) => [attempt, ending, failure?.code])).toEqual([
      [1, 'failed', 'RESPONSE_MISMATCH'],
      [2, 'passed', undefined],
    ])
    expect(attempts[0]?.steps[0]).toMatchObject({
      verb: 'send',
      exchanges: [{ status: 202 }],
      notes: ['a note'],
    })
  })

  test('says of each revision of an object which fields changed, without what changes always', async () => {
    const html = await runOf(
      seen('added', '1', 'New'),
      seen('modified', '2', 'Old'),
      seen('modified', '3', 'Old'),
      seen('deleted', '4', 'Old'),
    )
    const [history] = storyOf(unpacked(html), 'one').attempts[0]?.objects ?? []
    expect(history).toEqual({
      title: 'Thing app-1/rr-1',
      revisions: [
        { at: 30, change: 'added', changes: [] },
        { at: 40, change: 'modified', changes: [{ path: 'status.phase', before: 'New', after: 'Old' }] },
        { at: 50, change: 'modified', changes: [] },
        { at: 60, change: 'deleted', changes: [] },
      ],
      last: { kind: 'Thing', metadata: { name: 'rr-1', namespace: 'app-1' }, status: { phase: 'Old' } },
    })
  })

  test('has the series that changed from before the first step to the last look', async () => {
    const before = '# TYPE a counter\na{x="1"} 1\nsame 4\n'
    const after = '# TYPE a counter\na{x="1"} 3\nsame 4\nnew 1\ncut_off 12'
    const html = await runOf(
      { type: 'exchange:seen', ...PLACE, step: 'setup', exchange: read(before) },
      started('steps.0', 'expect'),
      { type: 'exchange:seen', ...PLACE, exchange: read('not metrics') },
      { type: 'exchange:seen', ...PLACE, exchange: read(after) },
    )
    expect(storyOf(unpacked(html), 'one').attempts[0]?.metrics).toEqual({
      from: 30,
      to: 60,
      series: [
        { name: 'a{x="1"}', before: 1, after: 3 },
        { name: 'new', after: 1 },
      ],
    })
  })

  test('has each key of Redis with what it was, when, and how long it was to live', async () => {
    const key = 'buffer:cpu'
    const html = await runOf(
      started('steps.0', 'redis'),
      { type: 'key:seen', ...PLACE, key, is: 'list', value: ['a'], ttlMs: 1500 },
      { type: 'key:commanded', ...PLACE, key, command: 'PEXPIRE 1', reply: 1 },
      { type: 'key:seen', scenario: 'one', attempt: 1, key, is: 'none', value: null },
    )
    expect(storyOf(unpacked(html), 'one').attempts[0]?.keys).toEqual([
      {
        key,
        looks: [
          { at: 40, step: 'steps.0', is: 'list', value: ['a'], ttlMs: 1500 },
          { at: 50, step: 'steps.0', command: 'PEXPIRE 1', reply: 1 },
          { at: 60, is: 'none', value: null },
        ],
      },
    ])
  })

  test('has what the gateway held back, by the object that showed for it, and what it never let go', async () => {
    const held = (number: number, signal: string, window?: string): EventBody => ({
      ...{ type: 'signal:held', ...PLACE, number, signal, ms: 4000 },
      ...(window === undefined ? {} : { window }),
    })
    const html = await runOf(
      started('steps.0', 'send'),
      held(0, 'a'),
      held(1, 'b', 'w-1'),
      held(2, 'c', 'w-2'),
      { type: 'signals:released', scenario: 'one', attempt: 1, numbers: [0, 1], object: 'app-1/rr-1' },
      { type: 'attempt:ended', scenario: 'one', attempt: 1, outcome: 'passed', ms: 75, leftovers: [] },
    )
    const { index, values, text } = unpacked(html)
    const [story] = storyOf({ index, values, text }, 'one').attempts
    expect(story?.windows).toEqual([
      { name: 'w-1', from: 40, until: 4050, signals: ['a', 'b'], to: 70, object: 'app-1/rr-1' },
      { name: 'w-2', from: 60, until: 4060, signals: ['c'] },
    ])
    expect(index.scenarios[0]?.attempts[0]?.windows).toEqual([
      { from: 40, to: 70 },
      { from: 60, to: 4060 },
    ])
  })

  test('of what did not pass has what its gateway wrote and Kubernetes told', async () => {
    const { attempts } = storyOf(unpacked(await made('html', outcomesRun)), 'all/failed')
    expect(attempts[0]?.diagnostics).toMatchObject({
      gatewayLog: [/received/, /no answer/].map((part) => expect.stringMatching(part) as string),
      kubernetes: [{ kind: 'Warning', reason: 'BackOff', count: 3 }],
    })
    const passed = storyOf(unpacked(await made('html', outcomesRun)), 'all/passed')
    expect(passed.attempts[0]?.diagnostics).toBeUndefined()
  })

  test('of what was cut off has the step in which that was', async () => {
    const html = await runOf(started('steps.0', 'expect', 'it comes'))
    expect(storyOf(unpacked(html), 'one').attempts[0]).toMatchObject({
      ending: 'unfinished',
      steps: [{ title: 'it comes', ending: 'unfinished' }],
    })
  })
})

test('stories are packed in several chunks, each of which says what it has', async () => {
  const text = 'x'.repeat(40_000)
  const notes = Array.from({ length: 30 }, (_, index): EventBody => ({
    type: 'note:written',
    ...PLACE,
    text: `${text}${index}`,
  }))
  const bodies: readonly EventBody[] = ['a', 'b', 'c'].flatMap((id): readonly EventBody[] => [
    { type: 'scenario:started', scenario: id, attempt: 1, thread: 0, lane: 0, namespaces: {} },
    { type: 'step:started', ...PLACE, scenario: id, verb: 'note', title: '', span },
    ...notes.map((note) => ({ ...note, scenario: id }) as EventBody),
    { type: 'scenario:ended', scenario: id, outcome: 'passed', ms: 1, attempts: 1 },
  ])
  const scenarios = ['a', 'b', 'c'].map((id) => ({ ...PLAN, id }))
  const html = await made(
    'html',
    eventsOf([{ ...runStarted, scenarios }, ...bodies, { type: 'sources:read', texts: sources }]),
  )
  const { index, values } = unpacked(html)
  expect(index.scenarios.map(({ chunk }) => chunk)).toEqual([0, 1, 2])
  expect(index.files).toEqual({ 'scenarios/dedup/joins.yaml': 3 })
  expect(values['file:scenarios/dedup/joins.yaml']).toBe(sources['scenarios/dedup/joins.yaml'])
  expect(storyOf({ index, values, text: '' }, 'c').attempts[0]?.steps[0]?.notes).toHaveLength(30)
})
