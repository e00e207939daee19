import type { RunState } from '../../events/run-state.ts'
import { escapeControls } from '../text.ts'
import type { Report } from './report.ts'
import { blockTextOf, sentenceOf, storiesOf, troublesOf, type Story } from './story.ts'

/** TAP 14, a test point for each scenario. What is known to fail is `TODO`, as TAP calls it. */
export const tap: Report = ({ write }) => ({ close: (state) => write(document(state)) })

function document(state: RunState): string {
  const stories = storiesOf(state)
  const points = stories.map((story, index) => pointOf(story, index + 1, state))
  // Nothing may follow a bail-out.
  const [trouble] = troublesOf(state).filter(({ code }) => code !== 'LEFT_BEHIND')
  const end = trouble === undefined ? [] : [`Bail out! ${trouble.code}: ${trouble.message}\n`]
  const nothing = trouble === undefined ? ['1..0 # SKIP no scenario was run\n'] : []
  const plan = stories.length === 0 ? nothing : [`1..${stories.length}\n`]
  return ['TAP version 14\n', ...plan, ...points, ...end].join('')
}

function pointOf(story: Story, number: number, state: RunState): string {
  const { plan, outcome } = story
  const isOk = outcome === 'passed' || outcome === 'flaky' || outcome === 'skipped'
  const title = plan.name === '' || plan.name === plan.id ? plan.id : `${plan.id}: ${plan.name}`
  const point = `${isOk ? 'ok' : 'not ok'} ${number} - ${description(title)}${directive(story)}\n`
  return `${point}${diagnostics(story, state)}`
}

function directive(story: Story): string {
  switch (story.outcome) {
    case 'skipped':
      return ` # SKIP ${description(story.reason ?? '')}`.trimEnd()
    case 'gap':
    case 'quarantined':
      return ` # TODO ${description(story.reason ?? story.outcome)}`
    default:
      return ''
  }
}

/** A `#` would begin a directive. */
function description(text: string): string {
  return escapeControls(text).replaceAll('\\', '\\\\').replaceAll('#', '\\#')
}

/** A block of YAML; every text is written as JSON, which is YAML too. */
function diagnostics(story: Story, state: RunState): string {
  const { plan, outcome, ms, failure, reason, place } = story
  const block = outcome === 'passed' ? '' : blockTextOf(story, state)
  const facts: Readonly<Record<string, unknown>> = {
    outcome,
    duration_ms: ms,
    profile: escapeControls(plan.profile),
    ...(outcome === 'passed' ? {} : { message: sentenceOf(story) }),
    ...(reason === undefined ? {} : { reason: escapeControls(reason) }),
    ...(failure === undefined ? {} : { code: failure.code }),
    at: { file: escapeControls(place.file), line: place.line, column: place.col },
    ...(block === '' ? {} : { details: block.split('\n') }),
  }
  const lines = Object.entries(facts).map(([key, value]) => `  ${key}:${yaml(value)}\n`)
  return ['  ---\n', ...lines, '  ...\n'].join('')
}

/** A list on lines of its own, everything else on one. */
function yaml(value: unknown): string {
  if (!Array.isArray(value)) return ` ${JSON.stringify(value)}`
  return value.map((one) => `\n    - ${JSON.stringify(one)}`).join('')
}
