import { describe, expect, test } from 'vitest'
import { presets } from './faults/index.ts'
import { readable, recordingNames, RECORDINGS_FOLDER, replayWith } from './testing/recordings.ts'
import { shownRows } from './testing/shown-rows.ts'

const names = recordingNames()
const PRESET = 'kubernaut-2025-11-24'

if (names.length === 0) test.skip(`27 recordings, which would lie in ${RECORDINGS_FOLDER}`)

describe.runIf(names.length > 0)(`${names.length} recordings of the gateway of 24 November 2025`, () => {
  test.each(names)('%s replays with the preset', async (name) => {
    expect((await replayWith(name, [PRESET])).map(readable).join('\n')).toBe('')
  })

  test('each has its rows of section 17', () => {
    expect(Object.keys(shownRows).sort()).toEqual(names)
  })
})

const explained = names.map((name) => [name, shownRows[name] ?? []] as const)

describe.runIf(names.length > 0)('without the preset', () => {
  test.each(explained)('%s differs by %j, and by nothing else', async (name, rows) => {
    const documented = await replayWith(name, [])
    expect(documented.length, 'differences of the documented gateway').toBeGreaterThan(0)
    expect((await replayWith(name, rows)).map(readable).join('\n')).toBe('')
  })

  test.each(explained)('%s shows each of these rows', async (name, rows) => {
    for (const row of rows) {
      const others = rows.filter((other) => other !== row)
      expect((await replayWith(name, others)).length, `differences without ${row}`).toBeGreaterThan(0)
    }
  })

  test('a row that no recording shows is known by name', () => {
    const shown = new Set(Object.values(shownRows).flat())
    expect(presets[PRESET].filter((row) => !shown.has(row))).toEqual([
      'reused-name',
      'fallback-collision',
      'members-reenter',
      'redis-flag-sticky',
      'rate-counter-forever',
      'metrics-meaningless',
    ])
  })
})
