import type { Problem } from '../base/problem.ts'
import { escapeControls } from './text.ts'

/** One finding. */
export interface SarifResult {
  readonly ruleId: string
  readonly level: 'error' | 'warning' | 'note'
  readonly message: { readonly text: string }
  readonly locations: readonly unknown[]
  readonly properties?: Readonly<Record<string, unknown>>
}

export interface SarifRun {
  readonly version: string
  readonly results: readonly SarifResult[]
  readonly invocation?: unknown
}

/** SARIF 2.1.0, for code scanning. */
export function sarifLog({ version, results, invocation }: SarifRun): string {
  const codes = [...new Set(results.map(({ ruleId }) => ruleId))].sort()
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'gwscen', version, rules: codes.map((id) => ({ id })) } },
        ...(invocation === undefined ? {} : { invocations: [invocation] }),
        columnKind: 'utf16CodeUnits',
        results,
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

export function problemResult({ code, severity, message, hint, span }: Problem): SarifResult {
  return {
    ruleId: code,
    level: severity,
    message: { text: escapeControls(hint === undefined ? message : `${message}; ${hint}`) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: artifactUri(span.file) },
          region: {
            startLine: span.line,
            startColumn: span.col,
            charOffset: span.start,
            charLength: span.end - span.start,
          },
        },
      },
    ],
  }
}

/** A path as a relative reference; a lone surrogate, which no URI can say, becomes U+FFFD. */
export function artifactUri(file: string): string {
  return file
    .replace(/\p{Cs}/gu, '\uFFFD')
    .split('/')
    .map(encodeURIComponent)
    .join('/')
}
