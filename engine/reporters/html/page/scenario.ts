import type { AttemptStory, ScenarioRow, ScenarioStory } from '../model.ts'
import { h, type Child } from './dom.ts'
import { failureBlock } from './failure.ts'
import { duration } from './format.ts'
import { histories } from './histories.ts'
import { commandLine, facts, section } from './parts.ts'
import { sourceOf, storyOf, type Report } from './report.ts'
import { stepList } from './steps.ts'
import { toldBy } from './told.ts'
import { windowList } from './windows.ts'
import { badge, MEANINGS, wordOf } from './words.ts'

/** All that is known of one scenario. */
export async function scenarioPage(row: ScenarioRow, report: Report): Promise<HTMLElement> {
  const story = await storyOf(row)
  const sources = await sourcesOf(row, story, report)
  const attempts = story?.attempts ?? []
  return h(
    'article',
    { class: 'scenario', 'aria-labelledby': 'scenario-name' },
    head(row),
    sentenceOf(row, attempts),
    section('Run it again', commandLine(row.rerun)),
    ...attempts.map((attempt) => attemptSection(attempt, { isOnly: attempts.length === 1, sources, report })),
    attempts.length === 0
      ? h('p', { class: 'dim' }, 'It never began, so nothing is known of it.')
      : undefined,
  )
}

function head({ id, name, file, line, tags, profile, ending, ms, usualMs }: ScenarioRow): HTMLElement {
  const slow = usualMs === undefined ? '' : `, usually ${duration(usualMs)}`
  return h(
    'header',
    {},
    h('p', { class: 'line' }, badge(ending), h('span', { class: 'ms' }, `${duration(ms)}${slow}`)),
    h('h2', { id: 'scenario-name', tabindex: '-1' }, name === '' ? id : name),
    h('p', { class: 'dim ids' }, h('span', {}, id), h('span', {}, `${file}:${line}`), h('span', {}, profile)),
    tags.length === 0
      ? undefined
      : h('ul', { class: 'tags', 'aria-label': 'Tags' }, ...tags.map((tag) => h('li', {}, tag))),
  )
}

/** What came of it where no attempt tells it by itself. */
function sentenceOf(row: ScenarioRow, attempts: readonly AttemptStory[]): HTMLElement | undefined {
  const { sentence, ending } = row
  if (ending === 'passed' || ending === 'failed') return undefined
  const told = attempts.some(({ failure }) => failure !== undefined && failure.message === sentence)
  return h(
    'p',
    { class: `reason ${ending}` },
    MEANINGS[ending],
    sentence === undefined || told ? undefined : h('span', {}, ` ${sentence}`),
  )
}

interface Around {
  readonly isOnly: boolean
  readonly sources: ReadonlyMap<string, string>
  readonly report: Report
}

function attemptSection(attempt: AttemptStory, { isOnly, sources, report }: Around): HTMLElement {
  const { failure, further, warnings, steps, ending, from, to, leftovers, kept } = attempt
  const title = isOnly
    ? undefined
    : h('h3', { class: 'attempt' }, `Attempt ${attempt.attempt}: ${wordOf(ending)}`)
  const until = report.run.endedAt
  return h(
    'section',
    { class: 'attempt' },
    title,
    failure === undefined ? undefined : failureBlock(failure, sources),
    ...further.map((one) => failureBlock(one, sources)),
    warnings.length === 0
      ? undefined
      : h('ul', { class: 'warnings' }, ...warnings.map((text) => h('li', {}, `warning: ${text}`))),
    placeFacts(attempt, (to ?? until) - from),
    section('Steps', steps.length === 0 ? undefined : stepList({ attempt, sources, until })),
    section('Held back by the gateway', windowList(attempt, until)),
    ...toldBy(attempt.diagnostics),
    ...histories(attempt),
    section(
      'Left behind',
      ...leftovers.map(({ what, reason, command }) => leftover(`${what}: ${reason}`, command)),
    ),
    section('Kept to be looked at', ...kept.map(({ what, look }) => leftover(what, look))),
  )
}

function leftover(text: string, command: string): HTMLElement {
  return h('div', {}, h('p', {}, text), commandLine(command))
}

function placeFacts({ thread, lane, deployment, namespaces, from }: AttemptStory, ms: number): HTMLElement {
  const names = Object.entries(namespaces).map(([name, real]) => (name === real ? real : `${name} = ${real}`))
  const rows: (readonly [string, Child])[] = [
    ['thread', `${thread}, lane ${lane}`],
    ...(deployment === undefined ? [] : [['gateway', deployment] as const]),
    ...(names.length === 0 ? [] : [['namespaces', names.join(', ')] as const]),
    ['began', `${(from / 1000).toFixed(2)} s into the run`],
    ['took', duration(ms)],
  ]
  return facts(rows)
}

/** The text of every file that the story speaks of. */
async function sourcesOf(
  row: ScenarioRow,
  story: ScenarioStory | undefined,
  report: Report,
): Promise<ReadonlyMap<string, string>> {
  const attempts = story?.attempts ?? []
  const failures = attempts.flatMap(({ failure, further, steps }) => [
    failure,
    ...further,
    ...steps.map((step) => step.failure),
  ])
  const spoken = [
    row.file,
    ...attempts.flatMap(({ steps }) => steps.map(({ span }) => span.file)),
    ...failures.flatMap((failure) => (failure?.span === undefined ? [] : [failure.span.file])),
  ]
  const texts = await Promise.all(
    [...new Set(spoken)].map(async (file) => [file, await sourceOf(report, file)] as const),
  )
  return new Map(texts.flatMap(([file, text]) => (text === undefined ? [] : [[file, text]])))
}
