import type { Report } from './report.ts'

/** Every kind of report, by the name `--report` knows it by; loaded when it is asked for. */
const kinds = {
  ndjson: async () => (await import('./ndjson.ts')).ndjson,
  json: async () => (await import('../json.ts')).createJsonReporter,
} as const satisfies Readonly<Record<string, () => Promise<Report>>>

export type ReportKind = keyof typeof kinds

export const reportKinds = Object.keys(kinds) as readonly ReportKind[]

export function isReportKind(word: string): word is ReportKind {
  return Object.hasOwn(kinds, word)
}

export function loadReport(kind: ReportKind): Promise<Report> {
  return kinds[kind]()
}
