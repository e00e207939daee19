import type { Reporter } from '../define.ts'

/** Where the text of a report goes, piece by piece. Throws what the system says when it takes no more. */
export interface ReportOutput {
  readonly write: (text: string) => void
}

/**
 * Begins one report. It sees every event of a run, live or from its log, and never anything else, so that both give the
 * same text; the files' texts are in `state.sources`. Secrets are masked in what it sees; all other escaping is its own.
 */
export type Report = (output: ReportOutput) => Pick<Reporter, 'on' | 'close'>
