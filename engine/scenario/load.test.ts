import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Loaded } from './load.ts'
import { loadUsual } from './testing/load.ts'

const READY = `name: The gateway is ready
gateway: dedup
steps:
  - expect: { http: { path: /ready }, status: 200 }
`

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gwscen-load-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
}

const load = (...paths: string[]): Promise<Loaded> => loadUsual(folder, paths)
const ids = ({ scenarios }: Loaded): string[] => scenarios.map(({ id }) => id)
const told = ({ problems }: Loaded): string[] =>
  problems.map(({ code, span }) => `${code} ${span.file}:${span.line}`)

describe('ids', () => {
  test('begin at the folder of the configuration', async () => {
    await put({ 'gwscen.config.yaml': 'gateway: x', 'e2e/scenarios/a/one.yaml': READY })
    expect(ids(await load('.'))).toEqual(['e2e/scenarios/a/one'])
  })

  test('else at the nearest folder called scenarios, from wherever it was started', async () => {
    await put({ 'e2e/scenarios/a/one.yaml': READY })
    expect(ids(await load('.'))).toEqual(['a/one'])
    expect(ids(await loadUsual(join(folder, 'e2e/scenarios/a'), ['one.yaml']))).toEqual(['a/one'])
  })

  test('else at the working directory', async () => {
    await put({ 'a/one.yml': READY })
    expect(ids(await load('a'))).toEqual(['a/one'])
  })

  test('that are equal are a problem', async () => {
    await put({ 'one.yaml': READY, 'one.yml': READY })
    expect(told(await load('.'))).toEqual(['DUPLICATE_ID one.yml:1'])
  })
})

describe('paths', () => {
  test('of files and folders are found once each, in order', async () => {
    await put({ 'b.yaml': READY, 'a/c.yaml': READY, 'a/notes.txt': 'no', 'node_modules/x.yaml': 'no' })
    const loaded = await load('b.yaml', '.', 'a')
    expect(loaded.problems).toEqual([])
    expect(loaded.scenarios.map(({ file }) => file)).toEqual(['a/c.yaml', 'b.yaml'])
    expect(loaded.files).toBe(2)
  })

  test('that lead nowhere are a problem with the nearest name', async () => {
    await put({ 'ready.yaml': READY })
    const { problems } = await load('redy.yaml')
    expect(problems).toMatchObject([{ code: 'NO_SUCH_FILE', hint: 'did you mean ready.yaml?' }])
  })

  test('with a line choose the case on that line', async () => {
    const table = `name: x\ngateway: none\nsmoke: true\ncases:\n  - { n: 1 }\n  - n: 2\n    m: 3\nsteps:\n  - note: "\${case.n}"\n`
    await put({ 'table.yaml': table })
    expect(ids(await load('table.yaml:7'))).toEqual(['table[2,3]'])
    expect(ids(await load('table.yaml:9'))).toEqual(['table[1]', 'table[2,3]'])
  })
})

describe('what cannot be read', () => {
  test('a link that leads out of the root', async () => {
    await put({ 'secret.yaml': READY, 'scenarios/one.yaml': READY })
    await symlink(join(folder, 'secret.yaml'), join(folder, 'scenarios/link.yaml'))
    const loaded = await load('scenarios', 'scenarios/link.yaml')
    expect(told(loaded)).toEqual(['OUTSIDE_ROOT scenarios/link.yaml:1'])
    expect(loaded.sources.get('scenarios/link.yaml') ?? '').toBe('')
  })

  test('a folder with the name of a scenario, and a link to itself', async () => {
    await put({ 'x.yaml/readme.txt': 'a folder' })
    await symlink(join(folder, 'loop.yaml'), join(folder, 'loop.yaml'))
    expect(told(await load('.', 'loop.yaml'))).toContain('NOT_A_FILE x.yaml:1')
    expect(told(await load('loop.yaml'))).toEqual(['UNREADABLE loop.yaml:1'])
  })

  test('a file of more than a mebibyte', async () => {
    await put({ 'big.yaml': `${READY}# ${'x'.repeat(1024 * 1024)}` })
    expect(told(await load('big.yaml'))).toEqual(['TOO_BIG big.yaml:1'])
    await put({ 'big.yaml': `${READY}# ${'x'.repeat(3 * 1024 * 1024)}` })
    expect(told(await load('big.yaml'))).toEqual(['TOO_BIG big.yaml:1'])
  })
})

test('the problems of all files come in one go, in the order of their places', async () => {
  await put({
    'b.yaml': READY.replace('expect', 'exepct'),
    'a.yaml': READY.replace('steps:', 'steps:\n  - wat: 1s\n  - wait: 5'),
    'c.yaml': READY,
  })
  const loaded = await load('.')
  expect(told(loaded)).toEqual(['UNKNOWN_VERB a.yaml:4', 'BAD_DURATION a.yaml:5', 'UNKNOWN_VERB b.yaml:4'])
  expect(ids(loaded)).toEqual(['c'])
  expect(loaded.sources.get('b.yaml')).toContain('exepct')
})

test('warnings let a scenario pass', async () => {
  await put({ 'a.yaml': READY.replace('steps:', 'steps:\n  - wait: 20s') })
  const loaded = await load('.')
  expect(loaded.problems).toMatchObject([{ code: 'LONG_WAIT', severity: 'warning' }])
  expect(ids(loaded)).toEqual(['a'])
})

describe('templates', () => {
  const OPEN = `template: Sends alerts
inputs: { alert: { type: text }, pods: { type: integer, default: 2 } }
steps:
  - send: { alert: { name: "\${inputs.alert}", pod: "p-\${i}" }, times: "\${inputs.pods}", expect: { status: 202 } }
    as: sent
outputs: { last: "\${sent.last.body}" }
`
  const using = (use: string): string => `name: x
gateway: storm
steps:
  - use: ${use}
    as: opened
  - note: "\${opened.last}"
`

  test('are no scenarios, and assert for the scenario that uses them', async () => {
    await put({
      'scenarios/t/open.yaml': OPEN,
      'scenarios/a.yaml': using('{ template: t/open.yaml, inputs: { alert: A } }'),
    })
    const loaded = await load('scenarios')
    expect(told(loaded)).toEqual([])
    expect(ids(loaded)).toEqual(['a'])
  })

  test.each([
    ['{ template: t/open.yaml, inputs: { alrt: A } }', 'UNKNOWN_KEY scenarios/a.yaml:4'],
    ['{ template: t/open.yaml }', 'MISSING_KEY scenarios/a.yaml:4'],
    ['{ template: t/open.yaml, inputs: { alert: 5 } }', 'WRONG_TYPE scenarios/a.yaml:4'],
    ['{ template: ../../out.yaml }', 'NO_SUCH_TEMPLATE scenarios/a.yaml:4'],
    ['{ template: b.yaml }', 'NO_SUCH_TEMPLATE scenarios/a.yaml:4'],
  ])('are given what they ask for: %s', async (use, problem) => {
    await put({
      'out.yaml': OPEN,
      'scenarios/t/open.yaml': OPEN,
      'scenarios/b.yaml': READY,
      'scenarios/a.yaml': using(use),
    })
    expect(told(await load('scenarios'))).toEqual([problem])
  })

  test('take the locks of the signals whose names they are given', async () => {
    const outer = `template: Opens
inputs: { who: { type: text, default: Fallback } }
steps: [{ use: { template: open.yaml, inputs: { alert: "\${inputs.who}" } } }]
`
    await put({
      'scenarios/t/open.yaml': OPEN,
      'scenarios/t/outer.yaml': outer,
      'scenarios/a.yaml': using('{ template: t/open.yaml, inputs: { alert: Direct } }'),
      'scenarios/b.yaml': using("{ template: t/outer.yaml, inputs: { who: '${vars.name}' } }")
        .replace('gateway: storm', 'gateway: storm\nvars: { name: InVars }')
        .replace('${opened.last}', 'done'),
      'scenarios/c.yaml': using('{ template: t/outer.yaml }').replace('${opened.last}', 'done'),
      'scenarios/d.yaml': using("{ template: t/open.yaml, inputs: { alert: '${vars.own}' } }").replace(
        'gateway: storm',
        `gateway: storm\nvars: { own: "\${unique('A')}" }`,
      ),
    })
    const { scenarios, problems } = await load('scenarios')
    expect(problems).toEqual([])
    expect(scenarios.map(({ id, locks }) => `${id} ${locks.join(',')}`).sort()).toEqual([
      'a signal:storm:Direct',
      'b signal:storm:InVars',
      'c signal:storm:Fallback',
      'd ',
    ])
  })

  test('see their inputs only', async () => {
    await put({ 'open.yaml': OPEN.replace('inputs.alert}', 'ns.app}') })
    expect(told(await load('.'))).toEqual(['UNKNOWN_NAME open.yaml:4'])
  })

  test('have outputs with names', async () => {
    await put({
      'scenarios/t/open.yaml': OPEN,
      'scenarios/a.yaml': using('{ template: t/open.yaml, inputs: { alert: A } }').replace(
        'opened.last',
        'opened.lst',
      ),
    })
    expect(told(await load('scenarios'))).toEqual(['UNKNOWN_MEMBER scenarios/a.yaml:6'])
  })
})

test.each([
  ['{ crd: RemediationRequest, absent: true, count: 2 }', 'count'],
  ['{ crd: RemediationRequest, gone: true, absent: true }', 'absent'],
  ['{ redis: { key: a }, ttl: 3, gone: true }', 'gone'],
  ['{ resource: { kind: Pod, apiVersion: v1 }, absent: true, spec: {} }', 'spec'],
])('nothing else can be said of what is not there: %s', async (input, key) => {
  await put({ 'a.yaml': `name: x\ngateway: dedup\nsteps:\n  - expect: ${input}\n` })
  const { problems, sources } = await load('a.yaml')
  expect(
    problems.map(({ code, span }) => [code, sources.get('a.yaml')?.slice(span.start, span.end)]),
  ).toEqual([['KEYS_EXCLUDE', key]])
})

test.each([
  ['send: { SIGNAL, together: true }', 'MISSING_KEY', 'together'],
  ['send: { SIGNAL, every: 1s }', 'MISSING_KEY', 'every'],
  ["send: { raw: { path: /x, body: '{}' }, preset: full }", 'KEYS_EXCLUDE', 'preset'],
  ['send: { SIGNAL, expect: { transport: refused, status: 200 } }', 'KEYS_EXCLUDE', 'status'],
  ['request: { path: /x, expect: { body: {}, transport: reset } }', 'KEYS_EXCLUDE', 'body'],
  ["send: { SIGNAL, expect: { transport: refused }, tally: { '201': 1 } }", 'KEYS_EXCLUDE', 'tally'],
  ["send: { SIGNAL, tally: { '2xx': 1 } }", 'UNKNOWN_KEY', "'2xx'"],
  ["send: { SIGNAL, tally: { '201': many } }", 'BAD_VALUE', 'many'],
  ["send: { SIGNAL, times: 2, tally: { '201': 1, '202': 2 } }", 'BAD_VALUE', 'tally'],
  ["send: { SIGNAL, each: [1, 2], tally: { '201': 1 } }", 'BAD_VALUE', 'tally'],
  ["send: { SIGNAL, tally: { '201': 2, other: true } }", 'BAD_VALUE', 'tally'],
])('what a send says that could never be true: %s', async (step, code, place) => {
  expect(await slipsOf(step)).toEqual([[code, place]])
})

test.each([
  'send: { SIGNAL, times: 1, together: true, expect: {} }',
  "send: { SIGNAL, times: 2, tally: { '201': 1, other: true } }",
  "send: { SIGNAL, times: 3, tally: { '201': 1, '202': { $gte: 1 } } }",
  'send: { SIGNAL, times: "${size(ns.app)}", tally: { \'201\': 5 } }',
  'send: { SIGNAL, times: 2, tally: { transport: 2 } }',
])('what a send says that may well be true: %s', async (step) => {
  expect(await slipsOf(step)).toEqual([])
})

test.each([
  ['$gt: abc', 'BAD_OPERAND', 'abc'],
  ['$gtt: 1', 'UNKNOWN_OPERATOR', '$gtt'],
  ["$matches: '('", 'BAD_PATTERN', "'('"],
  ['$all: [{ $in: 3 }]', 'BAD_OPERAND', '3'],
  ["$length: '2'", 'BAD_OPERAND', "'2'"],
  ['$expr: that > 1', 'UNKNOWN_NAME', 'that'],
  ["$expr: '''a'''", 'WRONG_TYPE', "'''a'''"],
])('operators beside a value are checked as everywhere: %s', async (operator, code, place) => {
  expect(await slipsOf(`expect: { value: "\${1}", ${operator} }`)).toEqual([[code, place]])
  expect(await slipsOf(`during: { steps: [{ wait: 1s }], stays: { value: "\${1}", ${operator} } }`)).toEqual([
    [code, place],
  ])
})

test.each([
  ["expect: { crd: RemediationRequest, namespace: '${ns.app}', count: '2' }", "'2'"],
  ["request: { path: /health, expect: { status: '200' } }", "'200'"],
  ['expect: { http: { path: /health }, status: ok }', 'ok'],
  ["during: { steps: [{ wait: 1s }], never: { redis: { key: a }, length: '1' } }", "'1'"],
])('a text where only a number can be: %s', async (step, place) => {
  expect(await slipsOf(step)).toEqual([['WRONG_TYPE', place]])
})

test.each([
  ['cases: [{ x: 1 }]\nmatrix: { x: [2, 3] }', 'SHADOWED'],
  [`matrix: { x: [${'1, '.repeat(100)}1], y: [${'1, '.repeat(99)}1] }`, 'OUT_OF_RANGE'],
])('a table that hides a value or has no end: %s', async (table, code) => {
  await put({
    'a.yaml': `name: x\ngateway: dedup\n${table}\nsteps:\n  - expect: { value: "\${case.x > 0}" }\n`,
  })
  expect((await load('a.yaml')).problems.map((problem) => problem.code)).toEqual([code])
})

/** Codes and places of the problems of one step, with a signal where it says so. */
async function slipsOf(step: string): Promise<(string | undefined)[][]> {
  const signal = 'alert: { name: A, namespace: "${ns.app}", pod: p }'
  const text = `name: x\ngateway: dedup\nnamespaces: [app]\nsmoke: true\nsteps:\n  - ${step.replace('SIGNAL', signal)}\n`
  await put({ 'a.yaml': text })
  const { problems, sources } = await load('a.yaml')
  return problems.map(({ code, span }) => [code, sources.get('a.yaml')?.slice(span.start, span.end)])
}
