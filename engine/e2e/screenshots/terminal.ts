// Runs the program in a real terminal and takes pictures of it for the documentation: docs/img/terminal-*.png.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'
import { openPlace, ROOT, type Place } from '../testing/place.ts'
import { gwscenLine, Pane, type PaneSize } from '../testing/tmux.ts'
import { until } from '../testing/until.ts'
import { pageOf } from './page.ts'

interface Picture {
  readonly name: string
  readonly size: PaneSize
  readonly args: readonly string[]
  /** Brings the terminal to what is to be seen. */
  readonly until: (pane: Pane, place: Place) => Promise<void>
}

const ENDED = /^report events: /

const pictures: readonly Picture[] = [
  {
    name: 'live',
    size: { columns: 110, rows: 30 },
    args: ['run', '--threads', '2', '--in-flight', '8'],
    until: (pane) => pane.shows(/^[5-9]\d of \d+ done/),
  },
  {
    name: 'failure',
    size: { columns: 80, rows: 24 },
    args: [
      ...['run', 'scenarios/dedup/tenants.yaml', 'scenarios/storm/longest-window.yaml'],
      ...['--fault', 'dedup-ignores-namespace'],
    ],
    until: (pane) => pane.shows(/run it again/),
  },
  {
    name: 'summary',
    size: { columns: 110, rows: 24 },
    args: ['run', 'scenarios/dedup', '--fault', 'final-phase-in-progress'],
    until: (pane) => pane.said(ENDED),
  },
  {
    name: 'picture',
    size: { columns: 110, rows: 46 },
    args: ['run', 'scenarios/storm'],
    until: async (pane) => {
      await pane.shows(/[1-3]s left: /)
      pane.press('?')
      await pane.said(/waiting for a lane/)
    },
  },
  {
    name: 'watch',
    size: { columns: 110, rows: 24 },
    args: ['run', '--watch', 'scenarios/dedup/tenants.yaml', 'scenarios/dedup/phases.yaml'],
    until: async (pane, place) => {
      await pane.shows(/^watching for changes/)
      place.touch('scenarios/dedup/tenants.yaml')
      const waits = (): number => pane.lines().filter((line) => line.startsWith('watching')).length
      await until(() => waits() === 2)
    },
  },
  {
    name: 'pause',
    size: { columns: 110, rows: 34 },
    args: [
      ...['run', '--pause-on-failure', 'scenarios/dedup/tenants.yaml'],
      ...['--fault', 'dedup-ignores-namespace'],
    ],
    until: (pane) => pane.shows(/paused/),
  },
]

async function take(picture: Picture, browser: Browser): Promise<void> {
  await using place = openPlace(process.env['PATH'])
  const pane = Pane.open(place, `${gwscenLine(...picture.args)}; cd /; exec cat`, picture.size)
  await picture.until(pane, place)
  const screen = pane.coloured()
  const page = await browser.newPage({ deviceScaleFactor: 2 })
  await page.setContent(pageOf(screen, picture.args))
  const path = join(ROOT, 'docs', 'img', `terminal-${picture.name}.png`)
  await page.locator('main').screenshot({ path })
  await page.close()
  console.log(path)
}

mkdirSync(join(ROOT, 'docs', 'img'), { recursive: true })
const wanted = process.argv.slice(2)
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
for (const picture of pictures)
  if (wanted.length === 0 || wanted.includes(picture.name)) await take(picture, browser)
await browser.close()
