import type { Outcome } from '../../base/failure.ts'
import type { RunState } from '../../events/run-state.ts'
import { shortDuration } from '../durations.ts'
import { unicodeSymbols } from '../symbols.ts'
import { escapeControls } from '../text.ts'
import { verdictLine } from '../verdict-line.ts'
import type { Report } from './report.ts'
import { blockTextOf, sentenceOf, storiesOf, troublesOf, type Story } from './story.ts'

/** GitHub refuses a job summary of more than 1 MiB; some room is left for what others write into it. */
const MOST_BYTES = 900 * 1024

/** A summary for people: `$GITHUB_STEP_SUMMARY`, a comment on a merge request. */
export const markdown: Report = ({ write }) => ({ close: (state) => write(document(state)) })

const HEADINGS: readonly (readonly [Story['outcome'], string])[] = [
  ['failed', 'Failed: the gateway is wrong'],
  ['broken', 'Broken: nobody can tell'],
  ['flaky', 'Flaky: passed after a failure'],
  ['gap', 'Known gaps'],
  ['quarantined', 'In quarantine'],
  ['cancelled', 'Cancelled'],
  ['unfinished', 'Not finished'],
  ['skipped', 'Skipped'],
]

function document(state: RunState): string {
  const stories = storiesOf(state)
  const sections = HEADINGS.flatMap(([outcome, heading]) => {
    const told = stories.filter((story) => story.outcome === outcome)
    return told.length === 0 ? [] : [`\n### ${heading}\n\n`, ...told.map((story) => entryOf(story, state))]
  })
  return capped([
    `## gwscen: ${escape(verdictLine(state))}\n\n`,
    factsOf(state),
    troubleText(state),
    ...sections,
  ])
}

function factsOf({ started, ended, interrupted }: RunState): string {
  const rows = [
    ['target', started?.target],
    ['gateway', started?.gateway],
    ['seed', started?.seed],
    ['time', ended === undefined ? 'the run did not come to its end' : shortDuration(ended.ms)],
    ['stopped by', interrupted?.signal],
  ].filter((row): row is [string, string] => row[1] !== undefined)
  return ['| | |\n| --- | --- |\n', ...rows.map(([name, value]) => `| ${name} | ${escape(value)} |\n`)].join(
    '',
  )
}

function troubleText(state: RunState): string {
  const troubles = troublesOf(state).map(({ code, message }) => `- **${escape(code)}** ${escape(message)}\n`)
  return troubles.length === 0 ? '' : `\n${troubles.join('')}`
}

function entryOf(story: Story, state: RunState): string {
  const { plan, outcome, ms, place, reason } = story
  const mark = unicodeSymbols.marks[outcome === 'unfinished' ? 'cancelled' : (outcome satisfies Outcome)]
  const title = `${mark} ${escape(plan.id === plan.name ? plan.id : `${plan.id}: ${plan.name}`)}`
  const line = `- **${title}** (${shortDuration(ms)}) ${escape(`${place.file}:${place.line}`)}<br>${escape(reason ?? sentenceOf(story))}\n`
  const block = blockTextOf(story, state)
  if (block === '') return line
  const details = ['<details><summary>Details</summary>', '', ...fenced(block), '', '</details>', '']
  return `${line}\n${details.map((one) => (one === '' ? '\n' : `  ${one}\n`)).join('')}`
}

/** A fence that is longer than any in the text. */
function fenced(text: string): readonly string[] {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length))
  const fence = '`'.repeat(Math.max(3, longest + 1))
  return [`${fence}text`, ...text.split('\n'), fence]
}

/** Words that stay words: nothing in them is Markdown, HTML, a link, a mention or the end of a cell. */
function escape(text: string): string {
  return escapeControls(text).replace(
    /[\\`*_{}[\]<>()#+!|~&$@]|:(?!\s|\d|$)/g,
    (mark) => `&#${mark.charCodeAt(0)};`,
  )
}

function capped(parts: readonly string[]): string {
  let bytes = 0
  for (const [index, part] of parts.entries()) {
    bytes += Buffer.byteLength(part)
    if (bytes > MOST_BYTES) {
      return `${parts.slice(0, index).join('')}\n${parts.length - index} more entries do not fit here; the other reports have them.\n`
    }
  }
  return parts.join('')
}
