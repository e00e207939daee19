import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { globSync } from 'tinyglobby'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Diagnostic, LanguageServer } from './testing/language-server.ts'
import { addressOf, freshAddress, openWorkspace, SCENARIO_HEAD } from './testing/workspace.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const UNREADABLE = /does not match any of|Matches a schema that is not allowed|Matches multiple schemas/i

let server: LanguageServer
beforeAll(async () => {
  server = await openWorkspace()
})
afterAll(() => server[Symbol.asyncDispose]())

/** The marked text and what is said of it. */
function told(text: string, diagnostics: readonly Diagnostic[]): readonly (readonly [string, string])[] {
  const lines = text.split('\n')
  return diagnostics.map(({ message, range: { start, end } }) => {
    const line = lines[start.line] ?? ''
    return [line.slice(start.character, start.line === end.line ? end.character : undefined), message]
  })
}

interface Mistake {
  readonly what: string
  readonly steps?: string
  readonly head?: readonly [string, string]
  /** The text that is marked. */
  readonly marks: string
  readonly says: RegExp
}

const MISTAKES: readonly Mistake[] = [
  { what: 'a misspelt verb', steps: '- sned: {}', marks: 'sned', says: /^Property sned is not allowed/ },
  {
    what: 'two verbs in one step',
    steps: '- wait: 1s\n    note: done',
    marks: 'note',
    says: /^A step has exactly one verb: there is wait already/,
  },
  {
    what: 'a step without a verb',
    steps: '- name: nothing happens',
    marks: 'n',
    says: /^A step has exactly one verb: send, request/,
  },
  {
    what: 'a misspelt key, which was also the one that must be there',
    steps: '- send: { alert: { nmae: HighCpu, pod: api-1 } }',
    marks: 'nmae',
    says: /^Property nmae is not allowed/,
  },
  {
    what: 'a word for a number',
    steps: '- send: { alert: { name: HighCpu }, times: three }',
    marks: 'three',
    says: /^A whole number from 1 to 10000, or "\$\{…\}"/,
  },
  {
    what: 'a number for a duration',
    steps: '- expect: { http: { path: /ready }, status: 200, within: 5 }',
    marks: '5',
    says: /^A duration such as 5s/,
  },
  {
    what: 'a duration in words',
    steps: '- wait: 5 seconds',
    marks: '5 seconds',
    says: /^A duration such as 5s/,
  },
  {
    what: 'an unknown operator',
    steps: '- expect: { http: { path: /ready }, status: { $gtt: 200 } }',
    marks: '$gtt',
    says: /^Unknown operator; there are \$eq/,
  },
  {
    what: 'no subject',
    steps: '- expect: { within: 2s }',
    marks: 'expect',
    says: /^Expected a subject: crd, resource/,
  },
  {
    what: 'two subjects',
    steps: '- expect: { crd: RemediationRequest, count: 1, http: { path: /ready } }',
    marks: 'http',
    says: /^One subject per step: there is crd already/,
  },
  {
    what: 'a claim of another subject',
    steps: '- expect: { crd: RemediationRequest, ttl: 5 }',
    marks: 'ttl',
    says: /^This goes with redis/,
  },
  {
    what: 'a kind that is not one',
    steps: '- never: { crd: RemediationRequset, for: 1s }',
    marks: 'RemediationRequset',
    says: /Valid values: "RemediationRequest"/,
  },
  {
    what: 'a time that never needs',
    steps: '- never: { crd: RemediationRequest }',
    marks: 'never',
    says: /^Missing property "for"/,
  },
  {
    what: 'neither of two keys',
    steps: '- repeat: { steps: [{ wait: 1s }] }',
    marks: 'repeat',
    says: /^Expected one of times, each/,
  },
  {
    what: 'a path without its slash',
    steps: '- request: { path: health }',
    marks: 'health',
    says: /^A path that begins with \//,
  },
  {
    what: 'a text for a list',
    head: ['gateway: dedup', 'tags: p0\ngateway: dedup'],
    marks: 'p0',
    says: /^A list/,
  },
  {
    what: 'a misspelt key of the file',
    head: ['gateway: dedup', 'gatewya: dedup'],
    marks: 'gatewya',
    says: /^Property gatewya is not allowed/,
  },
  {
    what: 'a file without its name',
    head: ['name: A repeat is counted\n', ''],
    marks: 'g',
    says: /^Missing property "name"/,
  },
]

describe.concurrent('one diagnostic, at its place, in words', () => {
  test.each(MISTAKES)('$what', async ({ steps = '- wait: 1s', head: [from, to] = ['', ''], marks, says }) => {
    const text = `${SCENARIO_HEAD.replace(from, to)}  ${steps}\n`
    const diagnostics = told(text, await server.open(freshAddress(), text))
    expect(diagnostics).toEqual([[marks, expect.stringMatching(says)]])
    expect(diagnostics.filter(([, message]) => UNREADABLE.test(message))).toEqual([])
  })
})

describe.concurrent('which schema a file is checked with', () => {
  const TEMPLATE = 'template: Waits\nsteps:\n  - wait: 1s\n'
  const SCENARIO = 'name: Waits\nsteps:\n  - wait: 1s\n'

  test('by the settings of the folder: templates in scenarios/templates, scenarios elsewhere', async () => {
    expect(await server.open(freshAddress('templates'), TEMPLATE)).toEqual([])
    expect(await server.open(freshAddress('storm/deeper'), SCENARIO)).toEqual([])
    expect(await server.open(freshAddress('templates'), SCENARIO)).not.toEqual([])
    expect(await server.open(freshAddress('storm'), TEMPLATE)).not.toEqual([])
  })

  test('by the line at its top, wherever it lies', async () => {
    const line = '# yaml-language-server: $schema=../schemas/template.schema.json\n'
    expect(await server.open(addressOf('elsewhere/t.yaml'), `${line}${TEMPLATE}`)).toEqual([])
    expect(await server.open(addressOf('elsewhere/s.yaml'), `${line}${SCENARIO}`)).not.toEqual([])
  })
})

describe.concurrent('shipped files', () => {
  const files = globSync('scenarios/**/*.yaml', { cwd: ROOT })

  test('there are some', () => {
    expect(files.length).toBeGreaterThan(10)
  })

  test.each(files)('%s has no diagnostics, by its own line and by the settings', async (file) => {
    const text = await readFile(join(ROOT, file), 'utf8')
    const [first = ''] = text.split('\n')
    expect(first).toMatch(
      /^# yaml-language-server: \$schema=(?:\.\.\/)+schemas\/(?:scenario|template)\.schema\.json$/,
    )
    const folder = file.split('/').slice(1, -1).join('/')
    const opened = await Promise.all([
      server.open(addressOf(file), text),
      server.open(freshAddress(folder), text.slice(first.length + 1)),
    ])
    expect(opened).toEqual([[], []])
  })
})
