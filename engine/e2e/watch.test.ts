import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { gwscen } from './testing/gwscen.ts'
import { openPlace, type Place } from './testing/place.ts'
import { gwscenLine, hasTmux, Pane } from './testing/tmux.ts'
import { until } from './testing/until.ts'

const HANG_MS = 90_000

const TEMPLATE = `template: An alert is taken
inputs:
  tenant: { type: text }
steps:
  - send:
      alert: { name: Watched, severity: critical, namespace: "\${inputs.tenant}", pod: p-1 }
      expect: { status: 201 }
`
const scenario = (name: string, steps: string): string =>
  `name: ${name}\ngateway: dedup\nnamespaces: [app]\nsteps:\n${steps}`
const USES = '  - use: { template: templates/taken.yaml, inputs: { tenant: "${ns.app}" } }\n'
const SENDS = `  - send:
      alert: { name: Watched, severity: critical, namespace: "\${ns.app}", pod: p-1 }
      expect: { status: 201 }
`

let place: Place
beforeEach(() => {
  place = openPlace(process.env['PATH'])
  mkdirSync(join(place.folder, 'suite', 'templates'), { recursive: true })
  place.write('suite/templates/taken.yaml', TEMPLATE)
  place.write('suite/uses-one.yaml', scenario('Uses one', USES))
  place.write('suite/uses-two.yaml', scenario('Uses two', USES))
  place.write('suite/sends.yaml', scenario('Sends', SENDS))
})
afterEach(() => place[Symbol.asyncDispose]())

/** The runs so far: of each, which scenarios ended how. */
function runsOf(lines: readonly string[]): readonly (readonly string[])[] {
  const runs: string[][] = []
  for (const line of lines) {
    if (/^gwscen \d/.test(line)) runs.push([])
    const [, mark, id] = /^([✓✗]) ([\w/-]+):/.exec(line) ?? []
    if (id !== undefined) runs.at(-1)?.push(`${mark} ${id}`)
  }
  return runs.map((run) => run.sort())
}

/** Resolves when so many runs have come to their end and it waits again. */
async function waitsAfter(pane: Pane, count: number): Promise<readonly (readonly string[])[]> {
  let runs: readonly (readonly string[])[] = []
  await until(() => {
    const lines = pane.lines()
    runs = runsOf(lines)
    return lines.at(-1)?.startsWith('watching for changes') === true && runs.length === count
  })
  return runs
}

const all = ['✓ suite/sends', '✓ suite/uses-one', '✓ suite/uses-two']
const size = { columns: 130, rows: 40 }

describe.skipIf(!hasTmux)('--watch', () => {
  test(
    'runs again what a change touches, and what keys ask for',
    async () => {
      const line = `${gwscenLine('run', '--watch', 'suite')}; echo "exit $?"; cd /; exec cat`
      const pane = Pane.open(place, line, size)
      expect(await waitsAfter(pane, 1)).toEqual([all])

      place.write('suite/sends.yaml', scenario('Sends', SENDS.replace('201', '202')))
      expect((await waitsAfter(pane, 2)).at(-1)).toEqual(['✗ suite/sends'])
      expect(pane.lines()).toContain('changed: suite/sends.yaml')

      place.write('suite/templates/taken.yaml', TEMPLATE.replace('critical', 'warning'))
      expect((await waitsAfter(pane, 3)).at(-1)).toEqual(['✓ suite/uses-one', '✓ suite/uses-two'])

      pane.press('f')
      expect((await waitsAfter(pane, 4)).at(-1)).toEqual(['✗ suite/sends'])

      place.write('suite/sends.yaml', scenario('Sends', SENDS))
      expect((await waitsAfter(pane, 5)).at(-1)).toEqual(['✓ suite/sends'])

      pane.press('f')
      await pane.said(/^nothing failed the last time$/)

      pane.press('p')
      await pane.shows(/^name \(regular expression\): $|^name \(regular expression\):$/)
      pane.type('one')
      pane.press('Enter')
      expect((await waitsAfter(pane, 6)).at(-1)).toEqual(['✓ suite/uses-one'])

      pane.press('a')
      expect((await waitsAfter(pane, 7)).at(-1)).toEqual(all)

      pane.press('q')
      await pane.said(/^exit 0$/)
    },
    HANG_MS,
  )

  test(
    'a file with an error shows it and waits; a new file runs, and a deleted one is gone',
    async () => {
      const line = `${gwscenLine('run', '--watch', 'suite')}; echo "exit $?"; cd /; exec cat`
      const pane = Pane.open(place, line, size)
      await waitsAfter(pane, 1)

      place.write('suite/sends.yaml', scenario('Sends', '  - sent: {}\n'))
      await pane.said(/did you mean/)
      await waitsAfter(pane, 1)

      // The others still run.
      place.write('suite/uses-one.yaml', scenario('Uses one', `${USES}  - note: again\n`))
      expect((await waitsAfter(pane, 2)).at(-1)).toEqual(['✓ suite/uses-one'])

      place.write('suite/sends.yaml', scenario('Sends', SENDS))
      expect((await waitsAfter(pane, 3)).at(-1)).toEqual(['✓ suite/sends'])

      place.write('suite/new.yaml', scenario('New', SENDS))
      expect((await waitsAfter(pane, 4)).at(-1)).toEqual(['✓ suite/new'])

      rmSync(join(place.folder, 'suite/uses-two.yaml'))
      await pane.said(/^changed: suite\/uses-two.yaml$/)
      await pane.said(/^no scenario uses what was changed$/)
      pane.press('a')
      expect((await waitsAfter(pane, 5)).at(-1)).toEqual(['✓ suite/new', '✓ suite/sends', '✓ suite/uses-one'])

      pane.press('C-c')
      await pane.said(/^exit 130$/)
    },
    HANG_MS,
  )
})

test('without a terminal --watch is refused with a sentence', async () => {
  const { code, stderr } = await gwscen(place, 'run', '--watch', 'suite')
  expect(code).toBe(2)
  expect(stderr).toBe(
    'gwscen: --watch takes its orders from the keys of a terminal, and there is none; leave it out\n',
  )
})
