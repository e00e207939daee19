import { suggest } from '../../base/suggest.ts'
import { isReportKind, reportKinds, type ReportKind } from './index.ts'

/** What to write where. */
export interface ReportTarget {
  readonly kind: ReportKind
  /** As it was typed; `-` is standard output. */
  readonly path: string
}

/** Reads `kind=path`; throws a sentence. */
export function parseReport(text: string): ReportTarget {
  const at = text.indexOf('=')
  const [kind, path] = [text.slice(0, at), text.slice(at + 1)]
  if (at < 1 || path === '') throw new Error('expected kind=path, such as junit=out/junit.xml')
  if (isReportKind(kind)) return { kind, path }
  const near = suggest(kind, reportKinds)
  const hint = near === undefined ? `expected one of ${reportKinds.join(', ')}` : `did you mean ${near}?`
  throw new Error(`there is no kind of report called ${kind}, ${hint}`)
}
