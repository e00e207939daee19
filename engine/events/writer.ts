import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'

import { describeError } from '../base/failure.ts'
import type { Event } from './event.ts'
import { encodeEvent, headerLine } from './ndjson.ts'

export interface EventWriter {
  /** The line is with the operating system before the loop's next turn: a killed process loses nothing older. */
  append(event: Event): void
  close(): void
  /** The first thing that could not be written. Nothing is written after it, and the run goes on (exit code 74). */
  failure(): string | undefined
}

/** Never throws: a log that cannot be written must not stop a run. */
export function openEventWriter(file: string): EventWriter {
  let handle: number | undefined
  let failure: string | undefined
  const attempt = (act: () => void): void => {
    try {
      act()
    } catch (error) {
      failure ??= `${file}: ${describeError(error)}`
    }
  }
  attempt(() => {
    handle = begin(file)
  })
  let lines = ''
  const flush = (): void => {
    const [open, text] = [handle, lines]
    lines = ''
    if (open !== undefined && text !== '' && failure === undefined) attempt(() => writeWhole(open, text))
  }
  return {
    append: (event) => {
      if (lines === '') queueMicrotask(flush)
      lines += encodeEvent(event)
    },
    close: () => {
      flush()
      const open = handle
      handle = undefined
      if (open !== undefined) attempt(() => finish(open))
    },
    failure: () => failure,
  }
}

/** Puts a new log in the place of an older one in one move, so that no file is ever half the one and half the other. */
function begin(file: string): number {
  const target = followLinks(file)
  const stats = statSync(target, { throwIfNoEntry: false })
  if (stats !== undefined && !stats.isFile()) return beginIn(openSync(target, 'a'))
  mkdirSync(path.dirname(target), { recursive: true })
  const fresh = `${target}.${process.pid}.new`
  try {
    const handle = beginIn(openSync(fresh, 'w'))
    renameSync(fresh, target)
    return handle
  } catch (error) {
    rmSync(fresh, { force: true })
    throw error
  }
}

function beginIn(handle: number): number {
  try {
    writeWhole(handle, headerLine)
    return handle
  } catch (error) {
    closeSync(handle)
    throw error
  }
}

function finish(handle: number): void {
  try {
    if (fstatSync(handle).isFile()) fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function writeWhole(handle: number, text: string): void {
  const bytes = Buffer.from(text)
  let done = 0
  while (done < bytes.length) done += writeSync(handle, bytes, done)
}

/** A link stays a link: what it leads to is replaced. */
function followLinks(file: string): string {
  return statSync(file, { throwIfNoEntry: false }) === undefined ? file : realpathSync(file)
}
