import type { Problem } from '../base/problem.ts'

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

/** SARIF 2.1.0, for code scanning. */
function sarif({ problems, version }: ProblemReport): string {
  const codes = [...new Set(problems.map(({ code }) => code))].sort()
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'gwscen', version, rules: codes.map((id) => ({ id })) } },
        columnKind: 'utf16CodeUnits',
        results: problems.map((problem) => ({
          ruleId: problem.code,
          level: problem.severity,
          message: { text: sentenceOf(problem) },
          locations: [{ physicalLocation: physicalLocation(problem) }],
        })),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

function physicalLocation({ span }: Problem): unknown {
  return {
    artifactLocation: { uri: span.file.split('/').map(encodeURIComponent).join('/') },
    region: {
      startLine: span.line,
      startColumn: span.col,
      charOffset: span.start,
      charLength: span.end - span.start,
    },
  }
}

/** Workflow commands that put each problem on its line in a pull request. */
function github({ problems }: ProblemReport): string {
  return problems
    .map((problem) => {
      const { file, line, col } = problem.span
      const at = [`file=${property(file)}`, `line=${line}`, `col=${col}`, `title=${property(problem.code)}`]
      return `::${problem.severity} ${at.join(',')}::${data(sentenceOf(problem))}\n`
    })
    .join('')
}

function sentenceOf({ message, hint }: Problem): string {
  return hint === undefined ? message : `${message}; ${hint}`
}

/** The escapes that the runner's toolkit applies to a message. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

/** And those for a property. */
function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
