import { describeError } from '../base/failure.ts'
import type { Event } from './event.ts'
import { encodeEvent, headerLine } from './ndjson.ts'
import { openTextFile, type TextFile } from './text-file.ts'

export interface EventWriter {
  /** The line is with the operating system before the loop's next turn: a killed process loses nothing older. */
  append(event: Event): void
  close(): void
  /** The first thing that could not be written. Nothing is written after it, and the run goes on (exit code 74). */
  failure(): string | undefined
}

/** Never throws: a log that cannot be written must not stop a run. */
export function openEventWriter(file: string): EventWriter {
  let open: TextFile | undefined
  let failure: string | undefined
  const attempt = (act: () => void): void => {
    try {
      act()
    } catch (error) {
      failure = `${file}: ${describeError(error)}`
      open = undefined
    }
  }
  attempt(() => {
    open = openTextFile(file, { appears: 'at-once', begin: headerLine })
  })
  let lines = ''
  const flush = (): void => {
    const [target, text] = [open, lines]
    lines = ''
    if (target !== undefined && text !== '') attempt(() => target.write(text))
  }
  return {
    append: (event) => {
      if (lines === '') queueMicrotask(flush)
      lines += encodeEvent(event)
    },
    close: () => {
      flush()
      const target = open
      open = undefined
      if (target !== undefined) attempt(() => target.close())
    },
    failure: () => failure,
  }
}
