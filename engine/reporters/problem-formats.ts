import type { Problem } from '../base/problem.ts'
import { problemResult, sarifLog } from './sarif-log.ts'
import { workflowCommand } from './workflow-command.ts'

/** What every format of problems is made from. */
export interface ProblemReport {
  readonly problems: readonly Problem[]
  /** How many files were looked at. */
  readonly files: number
  readonly version: string
}

/** Everything that is not the text with frames, by the name `--format` knows it by. */
export const problemFormats = { json, sarif, github } as const

export type ProblemFormat = keyof typeof problemFormats

/** One document: `{files, problems: [{code, severity, message, hint?, file, line, col, endOffset…}]}`. */
function json({ problems, files }: ProblemReport): string {
  const rows = problems.map(({ span, ...problem }) => ({ ...problem, ...span }))
  return `${JSON.stringify({ files, problems: rows }, null, 2)}\n`
}

function sarif({ problems, version }: ProblemReport): string {
  return sarifLog({ version, results: problems.map(problemResult) })
}

function github({ problems }: ProblemReport): string {
  return problemCommands(problems).join('')
}

/** Workflow commands that put each problem on its line in a pull request. */
export function problemCommands(problems: readonly Problem[]): readonly string[] {
  return problems.map(({ code, severity, message, hint, span: { file, line, col } }) =>
    workflowCommand(
      severity,
      { file, line, col, title: code },
      hint === undefined ? message : `${message}; ${hint}`,
    ),
  )
}
