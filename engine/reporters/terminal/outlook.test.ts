import { expect, test } from 'vitest'
import { plainPaint } from '../text.ts'
import { renderLines } from '../text.ts'
import { outlookLines, type Outlook } from './outlook.ts'

const text = (outlook: Outlook): string => renderLines(outlookLines(outlook), plainPaint)

test('names threads that do not answer, and what each scenario waits for', () => {
  const blocked = [
    { scenario: 'a', waitsFor: ['a lane'] },
    { scenario: 'b', waitsFor: ['lock x, which c has', 'deployment storm-x1, which d has'] },
    { scenario: 'e', waitsFor: [] },
  ]
  expect(text({ blocked, silent: [{ thread: 1, ms: 4200 }] })).toBe(
    [
      '  thread 1 does not answer: its loop has not turned for 4s',
      '  waiting b for lock x, which c has and deployment storm-x1, which d has',
      '  waiting a for a lane',
      '  waiting e for its turn',
      '',
    ].join('\n'),
  )
})

test('of many that wait for a lane some are named', () => {
  const blocked = Array.from({ length: 12 }, (_, index) => ({ scenario: `s${index}`, waitsFor: ['a lane'] }))
  const lines = text({ blocked, silent: [] }).trimEnd().split('\n')
  expect(lines).toHaveLength(6)
  expect(lines.at(-1)).toBe('  waiting 7 more for a lane')
})
