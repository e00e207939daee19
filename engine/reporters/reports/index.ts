import type { Report } from './report.ts'

/** Every kind of report, by the name `--report` knows it by; loaded when it is asked for. */
const kinds = {
  ndjson: async () => (await import('./ndjson.ts')).ndjson,
  json: async () => (await import('../json.ts')).createJsonReporter,
  junit: async () => (await import('./junit.ts')).junit,
  gitlab: async () => (await import('./junit.ts')).gitlab,
  tap: async () => (await import('./tap.ts')).tap,
  markdown: async () => (await import('./markdown.ts')).markdown,
  github: async () => (await import('./github.ts')).github,
  sarif: async () => (await import('./sarif.ts')).sarif,
  html: async () => (await import('./html.ts')).html,
} as const satisfies Readonly<Record<string, () => Promise<Report>>>

export type ReportKind = keyof typeof kinds

export const reportKinds = Object.keys(kinds) as readonly ReportKind[]

export function isReportKind(word: string): word is ReportKind {
  return Object.hasOwn(kinds, word)
}

export function loadReport(kind: ReportKind): Promise<Report> {
  return kinds[kind]()
}
