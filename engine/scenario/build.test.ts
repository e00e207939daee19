import { expect, test } from 'vitest'
import { builtInDescription } from '../gateway/index.ts'
import { parseDocument } from '../document/document.ts'
import { buildScenarios } from './build.ts'
import { createExpressions } from '../expressions/expressions.ts'
import { KnownExpressions } from './known-expressions.ts'
import type { Scenario } from './scenario.ts'
import { vocabularyOf } from './vocabulary.ts'

function build(text: string): readonly Scenario[] {
  const parsed = parseDocument('a.yaml', text)
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join())
  const vocabulary = vocabularyOf(builtInDescription)
  const around = {
    expressions: new KnownExpressions(createExpressions(vocabulary), vocabulary.roots),
    described: { description: builtInDescription, validators: {} },
    profiles: ['dedup'],
    profile: 'dedup',
    allowedKinds: [],
    fieldPaths: {},
  }
  return buildScenarios(parsed.value, { id: 'a', around, lines: [] })
}

const only = (text: string): Scenario => {
  const [scenario] = build(text)
  if (scenario === undefined) throw new Error('no scenario')
  return scenario
}

test('what a file leaves out has its usual value', () => {
  const { spans, ...scenario } = only('name: x\nsteps:\n  - wait: 1s\n')
  expect(scenario).toEqual({
    id: 'a',
    name: 'x',
    file: 'a.yaml',
    line: 1,
    tags: [],
    covers: [],
    profile: 'dedup',
    exclusive: false,
    requires: [],
    namespaces: [],
    env: [],
    vars: [],
    locks: [],
    serial: false,
    timeoutMs: 60_000,
    retries: 0,
    smoke: false,
    steps: [
      {
        path: 'steps.0',
        verb: 'wait',
        input: '1s',
        span: { file: 'a.yaml', line: 3, col: 5, start: 19, end: 23 },
      },
    ],
    finally: [],
    onFailure: [],
  })
  expect(Object.keys(spans)).toEqual(['steps', 'steps.0', 'steps.0.wait'])
})

test('a file says everything else', () => {
  const scenario = only(`name: x
description: why
owner: ana
gateway: { profile: storm, exclusive: true }
requires: [cluster]
namespaces: { app: { labels: { a: b } }, ghost: { create: false }, plain: }
timeout: 1m30s
skip: { if: true, reason: later }
knownGap: { defect: D, on: [v1] }
ledger: { off: no signals }
steps:
  - fault: { forward: cut, for: 1s }
    name: cut
    as: cut
    if: "\${case.x}"
    timeout: 2s
`)
  expect(scenario).toMatchObject({
    owner: 'ana',
    profile: 'storm',
    exclusive: true,
    requires: ['cluster', 'faults'],
    namespaces: [
      { name: 'app', labels: { a: 'b' }, annotations: {}, create: true },
      { name: 'ghost', labels: {}, create: false },
      { name: 'plain', create: true },
    ],
    timeoutMs: 90_000,
    skip: { if: '${true}', reason: 'later' },
    knownGap: { defect: 'D', on: ['v1'], sometimes: false },
    ledgerOff: 'no signals',
    steps: [{ verb: 'fault', name: 'cut', as: 'cut', if: '${case.x}', timeoutMs: 2000 }],
  })
})

test('no gateway is no profile', () => {
  expect(only('name: x\ngateway: none\nsteps: [{ wait: 1s }]')).not.toHaveProperty('profile')
})

test('every row of cases in every combination of the matrix is a scenario', () => {
  const scenarios = build(`name: x
matrix: { severity: [critical, info], pods: [1, 2] }
cases:
  - { name: closed, phase: Completed }
  - { phase: Failed, labels: { a: b } }
steps: [{ wait: 1s }]
`)
  expect(scenarios.map(({ id, line }) => `${id} ${line}`)).toEqual([
    'a[closed,critical,1] 4',
    'a[closed,critical,2] 4',
    'a[closed,info,1] 4',
    'a[closed,info,2] 4',
    'a[Failed,critical,1] 5',
    'a[Failed,critical,2] 5',
    'a[Failed,info,1] 5',
    'a[Failed,info,2] 5',
  ])
  expect(scenarios[5]?.case).toEqual({ phase: 'Failed', labels: { a: 'b' }, severity: 'critical', pods: 2 })
})

test('a signal whose name is written out takes a lock, wherever the name stands', () => {
  const scenarios = build(`name: x
vars: { known: HighCpu, own: "\${unique('A')}", fromCase: "\${case.reason}" }
cases: [{ reason: OOMKilled }]
locks: [mine]
steps:
  - send: { alert: { name: "\${vars.known}" } }
  - send: { alert: { name: "\${vars.own}" } }
  - repeat: { times: 2, steps: [{ send: { event: { reason: "\${vars.fromCase}" } } }] }
  - send: { alert: { name: Plain } }
`)
  expect(scenarios[0]?.locks).toEqual([
    'mine',
    'signal:dedup:HighCpu',
    'signal:dedup:OOMKilled',
    'signal:dedup:Plain',
  ])
})
