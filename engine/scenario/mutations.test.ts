import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Problem } from '../base/problem.ts'
import { loadUsual } from './testing/load.ts'

const STORM = `name: A storm becomes one object when its window closes
description: Four pods of one deployment fail at once; the team wants one ticket, not four.
tags: [storm, p0]
covers: [BR-GATEWAY-008]
gateway: storm
namespaces: [app]
vars:
  alert: "\${unique('PodCrashLooping')}"
  window: "\${gateway.window}"

steps:
  - send:
      alert: { name: "\${vars.alert}", severity: critical, namespace: "\${ns.app}", pod: "app-pod-\${i + 1}" }
      times: 4
      every: 100ms
      expect: { status: 202 }
    as: storm

  - never: { crd: RemediationRequest, namespace: "\${ns.app}", for: "\${vars.window / 2}" }

  - expect:
      crd: RemediationRequest
      namespace: "\${ns.app}"
      count: 1
      each:
        spec: { isStorm: true, stormAlertCount: 4, affectedResources: { $length: 4 } }
      within: "\${vars.window + duration('2s')}"
    as: ticket

  - expect: { redis: { window: { namespace: "\${ns.app}", alert: "\${vars.alert}" } }, gone: true, within: 10s }
  - expect: { alerts: conserved }

finally:
  - note: "window \${storm.last.body.windowID}, object \${ticket.object.metadata.name}"
`

const LIFECYCLE = `name: A repeat is counted until the work is done
gateway: { profile: dedup, exclusive: true }
namespaces:
  app: { labels: { team: payments } }
requires: [embedded]
timeout: 90s
retries: 1
quarantine: { owner: ana, issue: GW-7, until: 2027-01-31 }
cases:
  - { phase: Completed, status: 201 }
  - { phase: Pending, status: 202 }
vars:
  alert: "\${unique('HighCpu')}"
steps:
  - name: first
    send: { alert: { name: "\${vars.alert}", namespace: "\${ns.app}", pod: api-1 }, expect: { status: 201 } }
    as: first
  - patch:
      crd: RemediationRequest
      name: "\${first.first.body.remediationRequestName}"
      namespace: "\${ns.app}"
      status: { overallPhase: "\${case.phase}" }
  - set: { name: "\${first.first.body.remediationRequestName}" }
  - repeat:
      times: 2
      every: 200ms
      steps:
        - send: { alert: { name: "\${vars.alert}", namespace: "\${ns.app}", pod: api-1 }, expect: { status: "\${case.status}" } }
  - during:
      never: { crd: RemediationRequest, namespace: "\${ns.app}", name: other }
      steps:
        - wait: { until: next-second }
        - request: { method: GET, path: /health, expect: { status: 200, body: { status: { $in: [healthy, ok] } } } }
  - expect: { metric: gateway_signals_received_total, labels: { namespace: "\${ns.app}" }, increasedBy: { $gte: 1 } }
  - expect: { value: "\${size(vars.name) > 3}" }
  - parallel:
      left: [{ request: { path: /ready }, as: ready }]
      right: [{ fault: { api: { status: 503, share: 0.5 }, for: 2s } }]
`

/** What is changed, into what, the code that must come, and how many lines below the change. */
type Mutation = readonly [from: string, to: string, code: string, linesBelow?: number]

const STORM_SLIPS: readonly Mutation[] = [
  ['- send:', '- sned:', 'UNKNOWN_VERB'],
  ['- never:', '- nevr:', 'UNKNOWN_VERB'],
  ['- expect:\n', '- exepct:\n', 'UNKNOWN_VERB'],
  ['- note:', '- print:', 'UNKNOWN_VERB'],
  ['steps:', 'step:', 'UNKNOWN_KEY'],
  ['vars:', 'var:', 'UNKNOWN_KEY'],
  ['namespaces:', 'namespace:', 'UNKNOWN_KEY'],
  ['gateway: storm', 'gatway: storm', 'UNKNOWN_KEY'],
  ['gateway: storm', 'gateway: strom', 'UNKNOWN_PROFILE'],
  ['tags: [storm, p0]', 'tags: storm', 'WRONG_TYPE'],
  ['covers: [BR-GATEWAY-008]', 'covers: [8]', 'WRONG_TYPE'],
  ['name: A storm becomes', 'nam: A storm becomes', 'UNKNOWN_KEY'],
  ["unique('Pod", "uniqe('Pod", 'UNKNOWN_FUNCTION'],
  ['${gateway.window}"', '${gateway.windw}"', 'UNKNOWN_MEMBER'],
  ['"${gateway.window}"', '"${gateway.window"', 'UNCLOSED_TEMPLATE'],
  ['alert: { name: "${vars.alert}"', 'alert: { nam: "${vars.alert}"', 'UNKNOWN_KEY'],
  ['severity: critical', 'severty: critical', 'UNKNOWN_KEY'],
  ['name: "${vars.alert}"', 'name: "${vars.alrt}"', 'UNKNOWN_MEMBER'],
  ['namespace: "${ns.app}", pod', 'namespace: ${ns.app}, pod', 'UNQUOTED_TEMPLATE'],
  ['namespace: "${ns.app}", pod', 'namespace: "${ns.ap}", pod', 'UNKNOWN_MEMBER'],
  ['${i + 1}', "${i + '1'}", 'WRONG_TYPES'],
  ['times: 4', 'times: four', 'WRONG_TYPE'],
  ['times: 4', 'tims: 4', 'UNKNOWN_KEY'],
  ['every: 100ms', 'every: 100', 'BAD_DURATION'],
  ['every: 100ms', 'every: 100 ms', 'BAD_DURATION'],
  ['expect: { status: 202 }', 'expect: { staus: 202 }', 'UNKNOWN_KEY'],
  ['    as: storm', '    as: Storm-1', 'BAD_NAME'],
  ['    as: storm', '    at: storm', 'UNKNOWN_KEY'],
  ['    as: storm', '      as: storm', 'UNKNOWN_KEY'],
  [', for: "${vars.window / 2}"', '', 'MISSING_KEY'],
  ['for: "${vars.window / 2}"', 'fro: "${vars.window / 2}"', 'UNKNOWN_KEY'],
  ['crd: RemediationRequest, ', 'cdr: RemediationRequest, ', 'UNKNOWN_KEY'],
  ['crd: RemediationRequest, ', 'crd: RemediationRequests, ', 'UNKNOWN_KIND'],
  ['crd: RemediationRequest, ', '', 'NO_SUBJECT'],
  ['      count: 1', '      count: { $gte 1 }', 'UNKNOWN_OPERATOR'],
  ['      count: 1', '      count: { $gtt: 1 }', 'UNKNOWN_OPERATOR'],
  ['      count: 1', '      cuont: 1', 'UNKNOWN_KEY'],
  ['      each:', '      eahc:', 'UNKNOWN_KEY'],
  ['isStorm: true', 'isStrom: true', 'UNKNOWN_FIELD'],
  ['stormAlertCount: 4', 'stormAlertCont: 4', 'UNKNOWN_FIELD'],
  ['stormAlertCount: 4', 'stormAlertCount: "4"', 'IMPOSSIBLE_VALUE'],
  ['$length: 4', '$lenght: 4', 'UNKNOWN_OPERATOR'],
  ["duration('2s')", "duration('2 s')", 'BAD_DURATION'],
  ['within: "${vars.window', 'withn: "${vars.window', 'UNKNOWN_KEY'],
  ['    as: ticket', '    as: storm', 'SHADOWED'],
  ['redis: { window:', 'redis: { windw:', 'UNKNOWN_KEY'],
  ['gone: true', 'gone: "true"', 'BAD_VALUE'],
  ['within: 10s', 'within: 10', 'BAD_DURATION'],
  ['alerts: conserved', 'alerts: conserve', 'BAD_VALUE'],
  ['finally:', 'finaly:', 'UNKNOWN_KEY'],
  ['${storm.last', '${strom.last', 'UNKNOWN_NAME'],
  ['  - note: "window', '  - note: "window ${run', 'UNCLOSED_TEMPLATE'],
]

const LIFECYCLE_SLIPS: readonly Mutation[] = [
  ['exclusive: true', 'exclusiv: true', 'UNKNOWN_KEY'],
  ['profile: dedup', 'profile: dedupe', 'UNKNOWN_PROFILE'],
  ['labels: { team', 'label: { team', 'UNKNOWN_KEY'],
  ['requires: [embedded]', 'requires: [embeded]', 'BAD_VALUE'],
  ['timeout: 90s', 'timeout: 90', 'BAD_DURATION'],
  ['retries: 1', 'retries: -1', 'OUT_OF_RANGE'],
  ['until: 2027-01-31', 'until: soon', 'BAD_VALUE'],
  [', status: 202 }', ' }', 'MISSING_IN_CASE'],
  ['as: first', 'as: in', 'RESERVED_NAME'],
  ['      crd: RemediationRequest\n', '', 'MISSING_KEY'],
  ['      status: { overallPhase', '      statis: { overallPhase', 'UNKNOWN_KEY'],
  ['overallPhase', 'overalPhase', 'UNKNOWN_FIELD'],
  ['${case.phase}', '${case.phas}', 'UNKNOWN_MEMBER'],
  ['- set: { name:', '- set: { Name:', 'BAD_NAME'],
  ['      times: 2', '      times: 0', 'OUT_OF_RANGE'],
  ['      steps:\n        - send', '      step:\n        - send', 'UNKNOWN_KEY'],
  ['        - send: {', '        - snd: {', 'UNKNOWN_VERB'],
  ['name: other', 'nmae: other', 'UNKNOWN_KEY'],
  ['until: next-second', 'until: next-minute', 'BAD_VALUE'],
  ['path: /health', 'path: health', 'BAD_VALUE'],
  ['$in: [healthy, ok]', '$in: healthy', 'BAD_OPERAND'],
  ['{ namespace: "${ns.app}" }, increasedBy', '{ namespace: app }, increasedBy', 'NONE'],
  ['size(vars.name) > 3', 'size(vars.name) > ', 'SYNTAX'],
  ['as: ready', 'as: first', 'SHADOWED'],
  ['share: 0.5', 'share: half', 'WRONG_TYPE'],
  ['      right: [', '      right: { fault: 1 } #', 'NOT_A_LIST'],
]

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gwscen-mutations-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function problemsOf(text: string): Promise<readonly Problem[]> {
  await writeFile(join(folder, 'scenario.yaml'), text)
  return (await loadUsual(folder, ['scenario.yaml'])).problems
}

test.each([
  ['the storm scenario', STORM],
  ['the lifecycle scenario', LIFECYCLE],
])('%s is right as it stands', async (_, text) => {
  expect(await problemsOf(text)).toEqual([])
})

function lineOfChange(text: string, [from, to]: Mutation): number {
  const start = text.indexOf(from)
  let same = 0
  while (same < from.length && from[same] === to[same]) same += 1
  return text.slice(0, start + same).split('\n').length
}

const all = [
  ...STORM_SLIPS.map((mutation) => ({ text: STORM, mutation })),
  ...LIFECYCLE_SLIPS.filter(([, , code]) => code !== 'NONE').map((mutation) => ({
    text: LIFECYCLE,
    mutation,
  })),
]

test.each(all)('one slip is one problem: $mutation', async ({ text, mutation }) => {
  const [from, to, code] = mutation
  expect(text).toContain(from)
  const problems = await problemsOf(text.replace(from, () => to))
  const told = problems.map((problem) => `${problem.code} on line ${problem.span.line}`)
  expect(told).toEqual([`${code} on line ${lineOfChange(text, mutation)}`])
})
