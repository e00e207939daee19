import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allPairs, EXAMPLES } from '../scenario/example-pairs.ts'
import { gwscen } from './testing/gwscen.ts'
import { openPlace, ROOT, type Place } from './testing/place.ts'
import { eventsOf, eventsOfType, expectNothingLeft, outcomesOf } from './testing/run-log.ts'
import { steadyText } from './testing/steady-text.ts'

const HANG_MS = 300_000

let place: Place
let outcomes: Readonly<Record<string, string>>
let told: string

const RUNS = 3

/**
 * One run of all examples; the seed gives them their names, and there is no Redis but the built-in one. On a machine
 * that is beside itself an attempt may be broken and made again under other names; then all run again.
 */
beforeAll(async () => {
  place = openPlace()
  cpSync(join(ROOT, EXAMPLES), join(place.folder, EXAMPLES), { recursive: true })
  let ended: number | null = null
  for (let run = 0; run === 0 || (run < RUNS && anyBroken()); run += 1) {
    const width = ['--threads', '2', '--in-flight', '4']
    const { code, stdout } = await gwscen(place, 'run', EXAMPLES, '--seed', 'examples', ...width)
    ended = code
    told = steadyText(stdout)
  }
  expect(ended).toBe(1)
  outcomes = outcomesOf(eventsOf(place))
}, HANG_MS)

function anyBroken(): boolean {
  return eventsOfType(eventsOf(place), 'attempt:ended').some(({ outcome }) => outcome === 'broken')
}

afterAll(async () => {
  expectNothingLeft(place)
  await place[Symbol.asyncDispose]()
})

describe.each(allPairs())('$passes', ({ passes, fails, failure }) => {
  test('passes, and its sibling fails', () => {
    expect([outcomes[idOf(passes)], outcomes[idOf(fails)]]).toEqual(['passed', 'failed'])
  })

  test('the failure is told as the reference has it (npx vitest run engine/e2e/language-examples -u writes it, npm run schemas the page)', async () => {
    await expect(blockOf(idOf(fails))).toMatchFileSnapshot(join(ROOT, EXAMPLES, failure))
  })
})

function idOf(file: string): string {
  return `${EXAMPLES}/${file.replace('.yaml', '')}`
}

/** From the head of a scenario to the line before the next one. */
function blockOf(id: string): string {
  const lines = told.split('\n')
  const head = lines.findIndex((line) => line.startsWith(`✗ ${id}: `))
  expect(head).toBeGreaterThanOrEqual(0)
  const body = lines.slice(head + 1)
  const end = body.findIndex((line) => line !== '' && !line.startsWith(' '))
  return `${[lines[head], ...body.slice(0, end)].join('\n').trimEnd()}\n`
}
