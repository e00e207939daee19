import { isObject } from '../base/json.ts'
import type { Event } from './event.ts'
import { isEventType } from './reduce.ts'

/** Raised when a line changes its meaning; new types of events and new fields do not. */
const VERSION = 1

/** The first line of every log. */
export interface LogHeader {
  readonly format: 'gwscen-events'
  readonly version: typeof VERSION
}

/** What a line of a log says. `schemas/events.schema.json` is made from this type. */
export type LogLine = LogHeader | Event

const HEADER: LogHeader = { format: 'gwscen-events', version: VERSION }
export const headerLine = `${JSON.stringify(HEADER)}\n`

export function encodeEvent(event: Event): string {
  return `${JSON.stringify(event)}\n`
}

/** A line that says nothing we understand. Lines start at 1. */
export interface DamagedLine {
  readonly line: number
  readonly reason: string
}

export interface DecodedLog {
  readonly events: readonly Event[]
  readonly damaged: readonly DamagedLine[]
}

/** Thrown for a text that is no log of events, or one of another version. */
export class UnreadableLog extends Error {}

/**
 * Reads a whole log. The last line may be cut off, as a killed process leaves it; that and every other damaged line is
 * named and left out.
 */
export function decodeLog(text: string): DecodedLog {
  const [first = '', ...rest] = text.split('\n')
  checkHeader(first)
  const events: Event[] = []
  const damaged: DamagedLine[] = []
  for (const [index, line] of rest.entries()) {
    if (line.trim() === '') continue
    const read = decodeLine(line)
    const cutOff = index === rest.length - 1
    if ('event' in read) events.push(read.event)
    else damaged.push({ line: index + 2, reason: cutOff ? 'cut off' : read.reason })
  }
  return { events, damaged }
}

function checkHeader(line: string): void {
  const header = parse(line)
  if (!isObject(header) || header['format'] !== 'gwscen-events') {
    throw new UnreadableLog('not a log of events: the first line must be {"format":"gwscen-events",…}')
  }
  if (header['version'] !== VERSION) {
    throw new UnreadableLog(
      `version of the log: expected ${VERSION}, got ${JSON.stringify(header['version'])}`,
    )
  }
}

function decodeLine(line: string): { readonly event: Event } | { readonly reason: string } {
  const value = parse(line)
  if (!isObject(value)) return { reason: 'not a JSON object' }
  if (typeof value['type'] !== 'string') return { reason: 'without a type' }
  if (!isEventType(value['type'])) return { reason: `unknown type ${JSON.stringify(value['type'])}` }
  if (typeof value['seq'] !== 'number' || typeof value['at'] !== 'number') {
    return { reason: 'without seq and at' }
  }
  // The log is our own: past its type, number and stamp an event is believed.
  return { event: value as unknown as Event }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
