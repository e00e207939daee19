import type { Problem } from '../base/problem.ts'
import type { SourceOf } from './define.ts'
import { codeFrame } from './frame.ts'
import { indent, toned, type Line } from './text.ts'

export interface ProblemsOptions {
  readonly problems: readonly Problem[]
  /** How many files were looked at, where that is known. */
  readonly files?: number
  readonly sourceOf: SourceOf
  readonly columns?: number
  readonly ellipsis?: string
}

/** All problems in the order of their places, and one closing line that counts them. */
export function problemLines(options: ProblemsOptions): readonly Line[] {
  const blocks = [...options.problems].sort(byPlace).flatMap((problem) => [...blockOf(problem, options), []])
  return [...blocks, [countOf(options)]]
}

function blockOf(problem: Problem, options: ProblemsOptions): readonly Line[] {
  const { columns, ellipsis, sourceOf } = options
  const frame = codeFrame({
    source: sourceOf(problem.span.file),
    span: problem.span,
    ...(columns === undefined ? {} : { columns: columns - 2 }),
    ...(ellipsis === undefined ? {} : { ellipsis }),
  })
  const severity = toned(problem.severity === 'error' ? 'bad' : 'warn', problem.severity)
  const hint: Line[] = problem.hint === undefined ? [] : [[toned('good', 'hint: '), problem.hint]]
  const more: Line = [toned('dim', `more: gwscen explain ${problem.code}`)]
  return [
    [severity, ' ', toned('dim', `${problem.code}: `), toned('strong', problem.message)],
    ...indent([...frame, ...hint, more], '  '),
  ]
}

function byPlace(a: Problem, b: Problem): number {
  return (
    compare(a.span.file, b.span.file) ||
    a.span.line - b.span.line ||
    a.span.col - b.span.col ||
    compare(a.code, b.code)
  )
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** `2 problems, 1 warning in 1 of 14 files`. */
function countOf({ problems, files }: ProblemsOptions): string {
  const errors = problems.filter((problem) => problem.severity === 'error').length
  const warnings = problems.length - errors
  const concerned = new Set(problems.map((problem) => problem.span.file)).size
  const where =
    files === undefined || files === 0
      ? plural(concerned, 'file')
      : `${concerned} of ${plural(files, 'file')}`
  if (problems.length === 0)
    return files === undefined ? 'no problems' : `no problems in ${plural(files, 'file')}`
  const counts = [
    errors > 0 ? plural(errors, 'problem') : '',
    warnings > 0 ? plural(warnings, 'warning') : '',
  ]
  return `${counts.filter((count) => count !== '').join(', ')} in ${where}`
}

export function plural(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`
}
