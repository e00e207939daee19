import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { ManualClock } from '../testing/manual-clock.ts'
import type { Event } from './event.ts'
import { createJournal } from './journal.ts'
import { decodeLog, encodeEvent, headerLine, UnreadableLog } from './ndjson.ts'
import { openEventWriter } from './writer.ts'

const lost = (seq: number): Event => ({
  type: 'thread:lost',
  thread: 1,
  reason: 'näh\u2028\n"',
  seq,
  at: seq,
})

describe('the log', () => {
  test('says its version on the first line and one event on each other', () => {
    const text = headerLine + encodeEvent(lost(0)) + encodeEvent(lost(1))
    expect(JSON.parse(text.split('\n')[0]!)).toEqual({ format: 'gwscen-events', version: 1 })
    expect(text.split('\n')).toHaveLength(4)
    expect(decodeLog(text)).toEqual({ events: [lost(0), lost(1)], damaged: [] })
  })

  test('is readable at every point at which it may have been cut', () => {
    const text = headerLine + encodeEvent(lost(0)) + encodeEvent(lost(1))
    const secondAt = headerLine.length + encodeEvent(lost(0)).length
    for (let length = secondAt + 1; length < text.length - 1; length += 1) {
      const { events, damaged } = decodeLog(text.slice(0, length))
      expect(events).toEqual([lost(0)])
      expect(damaged).toEqual([{ line: 3, reason: 'cut off' }])
    }
    expect(decodeLog(text.slice(0, -1)).events).toHaveLength(2)
  })

  test('names damaged lines and types it does not know, and goes on', () => {
    const text = `${headerLine}{"type":"run:\n${JSON.stringify({ type: 'toString', seq: 1, at: 0 })}\n[1]\n{"type":"run:ended"}\n${encodeEvent(lost(3))}`
    expect(decodeLog(text)).toEqual({
      events: [lost(3)],
      damaged: [
        { line: 2, reason: 'not a JSON object' },
        { line: 3, reason: 'unknown type "toString"' },
        { line: 4, reason: 'not a JSON object' },
        { line: 5, reason: 'without seq and at' },
      ],
    })
  })

  test.each(['', 'hello', '{"format":"gwscen-events","version":2}\n', encodeEvent(lost(0))])(
    'is refused when it begins with %j',
    (text) => expect(() => decodeLog(text)).toThrow(UnreadableLog),
  )
})

describe('the journal', () => {
  test('numbers, stamps and masks events and shows each listener the state after them', async () => {
    const clock = new ManualClock()
    await clock.advance(500)
    const seen: unknown[] = []
    const journal = createJournal(
      clock,
      [(event, state) => seen.push([event, state.threads.get(7)?.lost])],
      (event) => (event.type === 'thread:lost' ? { ...event, reason: `*${event.reason}` } : event),
    )
    await clock.advance(250)
    journal.tell({ type: 'thread:lost', thread: 7, reason: 'gone' })
    journal.tell({ type: 'thread:lost', thread: 7, reason: 'again' })
    expect(seen).toEqual([
      [{ type: 'thread:lost', thread: 7, reason: '*gone', seq: 0, at: 250 }, '*gone'],
      [{ type: 'thread:lost', thread: 7, reason: '*again', seq: 1, at: 250 }, '*again'],
    ])
    expect(journal.state().threads.get(7)?.lost).toBe('*again')
  })
})

describe('the writer', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gwscen-writer-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test('has each line in the file before the next turn of the loop', async () => {
    const file = path.join(folder, 'deep', 'events.ndjson')
    const writer = openEventWriter(file)
    expect(readFileSync(file, 'utf8')).toBe(headerLine)
    writer.append(lost(0))
    await Promise.resolve()
    expect(decodeLog(readFileSync(file, 'utf8')).events).toEqual([lost(0)])
    writer.close()
    writer.append(lost(1))
    expect(decodeLog(readFileSync(file, 'utf8')).events).toEqual([lost(0)])
    expect(writer.failure()).toBeUndefined()
  })

  test('replaces an older log as a whole, leaves links links and nothing else behind', () => {
    const file = path.join(folder, 'real.ndjson')
    const link = path.join(folder, 'link.ndjson')
    writeFileSync(file, 'old and longer than the new one will be '.repeat(20))
    symlinkSync(file, link)
    const writer = openEventWriter(link)
    writer.append(lost(0))
    writer.close()
    expect(readFileSync(file, 'utf8')).toBe(headerLine + encodeEvent(lost(0)))
    expect(readdirSync(folder).sort()).toEqual(['link.ndjson', 'real.ndjson'])
  })

  test('remembers that the file cannot be made and never throws', () => {
    writeFileSync(path.join(folder, 'file'), '')
    const writer = openEventWriter(path.join(folder, 'file', 'events.ndjson'))
    writer.append(lost(0))
    writer.close()
    expect(writer.failure()).toMatch(/events\.ndjson: .*(ENOTDIR|EEXIST)/)
  })

  test('leaves no half-made file when the place is taken by a folder', () => {
    mkdirSync(path.join(folder, 'events.ndjson'))
    const writer = openEventWriter(path.join(folder, 'events.ndjson'))
    writer.close()
    expect(writer.failure()).toContain('EISDIR')
    expect(readdirSync(folder)).toEqual(['events.ndjson'])
  })

  test.runIf(process.platform === 'linux')('remembers a full disk', () => {
    const writer = openEventWriter('/dev/full')
    writer.append(lost(0))
    writer.close()
    expect(writer.failure()).toContain('ENOSPC')
  })
})
