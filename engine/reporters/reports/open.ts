import type { Event } from '../../events/event.ts'
import type { RunState } from '../../events/run-state.ts'
import { openTextFile, type TextFile } from '../../events/text-file.ts'
import type { Reporter, Sink } from '../define.ts'
import { loadReport } from './index.ts'
import type { Report } from './report.ts'
import type { ReportTarget } from './target.ts'

export interface OpenReportOptions {
  /** What `-` means. */
  readonly stdout: Pick<Sink, 'write'>
  readonly resolve: (path: string) => string
  /** Whether others write to this file, too, so that it is added to. */
  readonly isShared: (path: string) => boolean
  /** Called with `junit: out/junit.xml` when it is in its place. */
  readonly onWritten: (report: string) => void
}

/** A file that cannot be written throws at the first event, once. */
export async function openReport(target: ReportTarget, options: OpenReportOptions): Promise<Reporter> {
  return new FileReport(await loadReport(target.kind), target, options)
}

/** Writes a report to its file. Where the report throws, what was there before stays, and nothing more is written. */
export class FileReport implements Reporter {
  readonly name: string
  readonly #onWritten: () => void
  #open: { readonly file: TextFile; readonly report: ReturnType<Report> } | undefined
  #refused: Error | undefined

  constructor(report: Report, { kind, path }: ReportTarget, options: OpenReportOptions) {
    this.name = `${kind}=${path}`
    this.#onWritten = () => options.onWritten(`${kind}: ${path}`)
    try {
      const file = path === '-' ? onSink(options.stdout) : fileFor({ kind, path }, options)
      this.#open = { file, report: report({ write: (text) => file.write(text) }) }
    } catch (error) {
      this.#refused = error instanceof Error ? error : new Error(String(error))
    }
  }

  on(event: Event, stateAfter: RunState): void {
    this.#throwRefusal()
    try {
      this.#open?.report.on?.(event, stateAfter)
    } catch (error) {
      this.#giveUp(error)
    }
  }

  async close(state: RunState): Promise<void> {
    this.#throwRefusal()
    const open = this.#open
    if (open === undefined) return
    try {
      await open.report.close?.(state)
    } catch (error) {
      this.#giveUp(error)
    }
    this.#open = undefined
    open.file.close()
    this.#onWritten()
  }

  #throwRefusal(): void {
    const refused = this.#refused
    this.#refused = undefined
    if (refused !== undefined) throw refused
  }

  #giveUp(error: unknown): never {
    this.#open?.file.discard()
    this.#open = undefined
    throw error
  }
}

/** A log is read while it grows; everything else is worth nothing before it is whole. */
function fileFor({ kind, path }: ReportTarget, { resolve, isShared }: OpenReportOptions): TextFile {
  const own = kind === 'ndjson' ? 'at-once' : 'when-closed'
  return openTextFile(resolve(path), { appears: isShared(path) ? 'added' : own })
}

function onSink(sink: Pick<Sink, 'write'>): TextFile {
  return { write: (text) => sink.write(text), close: () => undefined, discard: () => undefined }
}
