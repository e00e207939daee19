import type { Failure } from '../../base/failure.ts'
import type { RunState } from '../../events/run-state.ts'
import { escapeControls } from '../text.ts'
import type { Report } from './report.ts'
import { storyText } from './story-text.ts'
import { blockTextOf, sentenceOf, storiesOf, troublesOf, type Story, type Trouble } from './story.ts'
import { element, escapeText } from './xml.ts'

interface Dialect {
  /** Whether a test case says its file and line, which Jenkins' schema has no attributes for. */
  readonly places: boolean
}

/** As the schema `junit-10.xsd` of Jenkins' xUnit plugin wants it. */
export const junit: Report = ({ write }) => ({ close: (state) => write(document(state, { places: false })) })

/** The same with `file` and `line` on each test case, which GitLab and CircleCI read. */
export const gitlab: Report = ({ write }) => ({ close: (state) => write(document(state, { places: true })) })

function document(state: RunState, dialect: Dialect): string {
  const stories = storiesOf(state)
  const byFile = new Map<string, Story[]>()
  for (const story of stories) {
    const inFile = byFile.get(story.plan.file)
    if (inFile === undefined) byFile.set(story.plan.file, [story])
    else inFile.push(story)
  }
  const suites = [
    runSuite(state),
    ...[...byFile].map(([file, inFile]) => fileSuite(file, inFile, { state, dialect })),
  ]
  const { tests, failures, errors } = sum(suites)
  const attributes = { name: 'gwscen', time: seconds(state.ended?.ms ?? 0), tests, failures, errors }
  const root = element('testsuites', attributes, '\n', ...suites.map(({ xml }) => xml))
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}`
}

interface Counts {
  readonly tests: number
  readonly failures: number
  readonly errors: number
}

interface Suite extends Counts {
  readonly xml: string
}

function sum(suites: readonly Counts[]): Counts {
  const total = (key: keyof Counts): number => suites.reduce((all, one) => all + one[key], 0)
  return { tests: total('tests'), failures: total('failures'), errors: total('errors') }
}

/** What holds for the run as a whole; what went wrong with it is an error, so that nobody takes it for green. */
function runSuite(state: RunState): Suite {
  const { started, ended } = state
  const troubles = troublesOf(state)
  const counts = { tests: troubles.length, failures: 0, errors: troubles.length }
  const properties = {
    run: started?.run,
    version: started?.version,
    target: started?.target,
    gateway: started?.gateway,
    redis: started?.redis,
    seed: started?.seed,
    threads: started?.threads,
    lanes: started?.lanes,
    finished: ended === undefined ? 'no' : 'yes',
    stoppedBy: state.interrupted?.signal,
  }
  const attributes = {
    name: 'gwscen',
    ...counts,
    skipped: 0,
    ...timestampOf(state),
    time: seconds(ended?.ms ?? 0),
  }
  const xml = element('testsuite', attributes, '\n', propertiesOf(properties), ...troubles.map(troubleCase))
  return { ...counts, xml }
}

function troubleCase({ code, message }: Trouble): string {
  const error = element('error', { type: code, message }, escapeText(message))
  return element('testcase', { name: code, classname: 'gwscen', time: '0' }, '\n', error)
}

interface Around {
  readonly state: RunState
  readonly dialect: Dialect
}

function fileSuite(file: string, stories: readonly Story[], { state, dialect }: Around): Suite {
  const kinds = stories.map(kindOf)
  const count = (kind: Kind): number => kinds.filter((one) => one === kind).length
  const counts = { tests: stories.length, failures: count('failure'), errors: count('error') }
  const ms = stories.reduce((all, story) => all + story.ms, 0)
  const [first] = stories
  const attributes = {
    name: first === undefined ? file : fileOf(first),
    ...counts,
    skipped: count('skipped'),
    ...timestampOf(state),
    time: seconds(ms),
    file,
  }
  const facts = stories.flatMap((story) => factsOf(story))
  const cases = stories.map((story) => caseOf(story, { state, dialect }))
  const xml = element('testsuite', attributes, '\n', propertiesOf(Object.fromEntries(facts)), ...cases)
  return { ...counts, xml }
}

/** A test case of Jenkins' schema has no properties of its own; its suite says them with its name. */
function factsOf({ plan, outcome, reason }: Story): readonly (readonly [string, string | number])[] {
  return [
    [`${plan.id} line`, plan.line],
    [`${plan.id} outcome`, outcome],
    [`${plan.id} profile`, plan.profile],
    ...(plan.tags.length === 0 ? [] : [[`${plan.id} tags`, plan.tags.join(' ')] as const]),
    ...(reason === undefined ? [] : [[`${plan.id} reason`, reason] as const]),
  ]
}

function caseOf(story: Story, { state, dialect }: Around): string {
  const { plan, ms, record } = story
  const attributes = {
    name: nameOf(story),
    classname: fileOf(story).replaceAll('/', '.'),
    time: seconds(ms),
    ...(dialect.places ? { file: story.place.file, line: story.place.line } : {}),
  }
  const out = storyText(record)
  return element(
    'testcase',
    attributes,
    '\n',
    verdictOf(story, state),
    ...(out === '' ? [] : [element('system-out', {}, escapeText(`${plan.file}:${plan.line}\n${out}`))]),
  )
}

type Kind = 'failure' | 'error' | 'skipped' | 'passed'

/** What did not come to its end is an error where it had begun: a green report must mean that all was seen. */
function kindOf({ outcome, record }: Story): Kind {
  switch (outcome) {
    case 'passed':
    case 'flaky':
      return 'passed'
    case 'failed':
      return 'failure'
    case 'broken':
      return 'error'
    case 'unfinished':
    case 'cancelled':
      return record === undefined || record.attempts.length === 0 ? 'skipped' : 'error'
    default:
      return 'skipped'
  }
}

function verdictOf(story: Story, state: RunState): string {
  const { outcome, reason, record } = story
  const kind = kindOf(story)
  const attempts = record?.attempts ?? []
  if (kind === 'skipped') {
    const message = escapeControls(`${outcome}: ${reason ?? sentenceOf(story)}`)
    return element('skipped', { type: outcome, message })
  }
  if (kind === 'passed') {
    return attempts
      .flatMap(({ failure }) => (failure === undefined ? [] : [rerun('flaky', failure)]))
      .join('')
  }
  const attributes = { type: story.failure?.code ?? outcome.toUpperCase(), message: sentenceOf(story) }
  const again = attempts
    .slice(0, -1)
    .flatMap(({ failure }) => (failure === undefined ? [] : [rerun('rerun', failure)]))
  return [element(kind, attributes, escapeText(blockTextOf(story, state))), ...again].join('')
}

/** An attempt that did not decide. */
function rerun(what: 'flaky' | 'rerun', { outcome, code, message }: Failure): string {
  const kind = outcome === 'failed' ? 'Failure' : 'Error'
  const shown = escapeControls(message)
  return element(
    `${what}${kind}`,
    { type: code, message: shown },
    element('stackTrace', {}, escapeText(shown)),
  )
}

function propertiesOf(values: Readonly<Record<string, string | number | undefined>>): string {
  const known = Object.entries(values).filter(([, value]) => value !== undefined && value !== '')
  const each = known.map(([name, value]) =>
    element('property', { name, value: escapeControls(String(value)) }),
  )
  return each.length === 0 ? '' : element('properties', {}, '\n', ...each)
}

/** Id of the file: without the case and the pass. */
function fileOf({ plan: { id } }: Story): string {
  return id.replace(/[[#].*$/s, '')
}

/** GitLab keeps one test of each name, so a case and a pass are part of it. */
function nameOf(story: Story): string {
  const { id, name } = story.plan
  const rest = id.slice(fileOf(story).length)
  const title = name === '' ? id : name
  return escapeControls(rest === '' || title.includes(rest) ? title : `${title} ${rest}`)
}

function timestampOf({ started }: RunState): { readonly timestamp?: string } {
  return started === undefined
    ? {}
    : { timestamp: new Date(started.wall).toISOString().replace(/\.\d+Z$/, '') }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}
