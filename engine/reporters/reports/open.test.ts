import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { decodeLog } from '../../events/ndjson.ts'
import { initialState } from '../../events/run-state.ts'
import { stormRun } from '../testing/storm-run.ts'
import { FileReport, openReport } from './open.ts'
import type { Report } from './report.ts'

let folder: string
let written: string[]
let printed: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gwscen-report-'))
  written = []
  printed = ''
})
afterEach(() => rmSync(folder, { recursive: true }))

const options = () => ({
  stdout: { write: (text: string) => void (printed += text) },
  resolve: (file: string) => path.join(folder, file),
  isShared: (file: string) => file === 'summary.md',
  onWritten: (report: string) => void written.push(report),
})
const [first] = stormRun

test('a report takes the place of an older one when it is whole, and its folder is made', async () => {
  const words: Report = ({ write }) => ({ on: () => write('on '), close: () => write('close') })
  const file = path.join(folder, 'out/deep/x.txt')
  const report = new FileReport(words, { kind: 'json', path: 'out/deep/x.txt' }, options())
  report.on(first!, initialState)
  expect(existsSync(file)).toBe(false)
  await report.close(initialState)
  expect(readFileSync(file, 'utf8')).toBe('on close')
  expect(readdirSync(path.dirname(file))).toEqual(['x.txt'])
  expect(written).toEqual(['json: out/deep/x.txt'])
})

test('a log can be read while it grows', async () => {
  const report = await openReport({ kind: 'ndjson', path: 'e.ndjson' }, options())
  report.on?.(first!, initialState)
  expect(decodeLog(readFileSync(path.join(folder, 'e.ndjson'), 'utf8')).events).toEqual([first])
  await report.close?.(initialState)
})

test('one that throws leaves what was there before, and throws once', async () => {
  writeFileSync(path.join(folder, 'x.txt'), 'earlier')
  const bad: Report = () => ({
    on: () => {
      throw new Error('no template')
    },
  })
  const report = new FileReport(bad, { kind: 'json', path: 'x.txt' }, options())
  expect(() => report.on(first!, initialState)).toThrow('no template')
  report.on(first!, initialState)
  await report.close(initialState)
  expect(readdirSync(folder)).toEqual(['x.txt'])
  expect(readFileSync(path.join(folder, 'x.txt'), 'utf8')).toBe('earlier')
  expect(written).toEqual([])
})

test('what the system refuses at the start is told with the first event', async () => {
  writeFileSync(path.join(folder, 'file'), '')
  const report = await openReport({ kind: 'json', path: 'file/x.json' }, options())
  expect(() => report.on?.(first!, initialState)).toThrow(/ENOTDIR|EEXIST/)
  await report.close?.(initialState)
  expect(written).toEqual([])
})

test('- is standard output', async () => {
  const report = await openReport({ kind: 'json', path: '-' }, options())
  await report.close?.(initialState)
  expect(JSON.parse(printed)).toMatchObject({ scenarios: [] })
  expect(written).toEqual(['json: -'])
})

test('what others write to is added to', async () => {
  writeFileSync(path.join(folder, 'summary.md'), 'theirs\n')
  const words: Report = ({ write }) => ({ close: () => write('ours\n') })
  const report = new FileReport(words, { kind: 'markdown', path: 'summary.md' }, options())
  await report.close(initialState)
  expect(readFileSync(path.join(folder, 'summary.md'), 'utf8')).toBe('theirs\nours\n')
})
