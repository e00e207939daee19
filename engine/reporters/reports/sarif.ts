import type { RunState } from '../../events/run-state.ts'
import { artifactUri, problemResult, sarifLog, type SarifResult } from '../sarif-log.ts'
import { escapeControls } from '../text.ts'
import type { Report } from './report.ts'
import { fullSentenceOf, storiesOf, troublesOf, type Story } from './story.ts'

/** SARIF 2.1.0: problems of the files, and what scenarios found, on the lines that say what was expected. */
export const sarif: Report = ({ write }) => ({ close: (state) => write(document(state)) })

function document(state: RunState): string {
  const results = [
    ...state.problems.map(problemResult),
    ...storiesOf(state).flatMap((story) => resultOf(story) ?? []),
  ]
  const notes = troublesOf(state).map(({ code, message }) => ({
    level: 'error' as const,
    message: { text: `${code}: ${message}` },
  }))
  const invocation = {
    executionSuccessful: state.ended !== undefined && notes.length === 0,
    ...(notes.length === 0 ? {} : { toolExecutionNotifications: notes }),
  }
  return sarifLog({ version: state.started?.version ?? '0.0.0', results, invocation })
}

const LEVELS = {
  failed: 'error',
  broken: 'error',
  flaky: 'warning',
  gap: 'note',
  quarantined: 'note',
} as const

function resultOf(story: Story): SarifResult | undefined {
  const { plan, outcome, failure, place } = story
  if (!(outcome in LEVELS)) return undefined
  return {
    ruleId: failure?.code ?? outcome.toUpperCase(),
    level: LEVELS[outcome as keyof typeof LEVELS],
    message: { text: `${escapeControls(plan.name)}: ${fullSentenceOf(story)}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: artifactUri(place.file) },
          region: {
            startLine: place.line,
            startColumn: place.col,
            ...(failure?.span === undefined
              ? {}
              : { charOffset: failure.span.start, charLength: failure.span.end - failure.span.start }),
          },
        },
      },
    ],
    properties: { scenario: plan.id, outcome, tags: [...plan.tags] },
  }
}
