import type { RunState } from '../../events/run-state.ts'
import { workflowCommand } from '../workflow-command.ts'
import { problemCommands } from '../problem-formats.ts'
import type { Report } from './report.ts'
import { fullSentenceOf, storiesOf, troublesOf, type Story } from './story.ts'

/** GitHub shows ten of each level from one step; the tenth says that there are more. */
const SHOWN = 9

/** Workflow commands that put each failure on its line in a pull request. */
export const github: Report = ({ write }) => ({ close: (state) => write(commandsOf(state)) })

function commandsOf(state: RunState): string {
  const stories = storiesOf(state)
  const errors = [
    ...troublesOf(state)
      .filter(({ code }) => !state.problems.some((problem) => problem.code === code))
      .map(({ code, message }) => workflowCommand('error', { title: code }, message)),
    ...stories.filter(isError).map((story) => annotation('error', story)),
  ]
  const warnings = stories
    .filter(({ outcome }) => outcome === 'flaky')
    .map((story) => annotation('warning', story))
  return [...problemCommands(state.problems), ...few('error', errors), ...few('warning', warnings)].join('')
}

function isError({ outcome, record }: Story): boolean {
  if (outcome === 'failed' || outcome === 'broken') return true
  return (outcome === 'unfinished' || outcome === 'cancelled') && (record?.attempts.length ?? 0) > 0
}

function annotation(level: 'error' | 'warning', story: Story): string {
  const { plan, outcome, place } = story
  const where = { file: place.file, line: place.line, col: place.col, title: `${outcome}: ${plan.id}` }
  return workflowCommand(level, where, `${plan.name}: ${fullSentenceOf(story)}`)
}

function few(level: 'error' | 'warning', commands: readonly string[]): readonly string[] {
  if (commands.length <= SHOWN + 1) return commands
  const rest = commands.length - SHOWN
  return [
    ...commands.slice(0, SHOWN),
    workflowCommand(level, { title: 'gwscen' }, `and ${rest} more; see the log`),
  ]
}
