import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { systemClock } from '../engine/base/clock.ts'
import { CHROMIUM, QUIET } from '../engine/reporters/html/testing/browser.ts'
import { largeRun } from '../engine/reporters/html/testing/large-run.ts'
import { made } from '../engine/reporters/testing/made.ts'
import type { BenchOptions, Row } from './row.ts'

/** An HTML report: how long it takes to write, and until a browser shows its list. No rows without a browser. */
export async function html({ smoke }: BenchOptions): Promise<readonly Row[]> {
  if (CHROMIUM === undefined) return []
  const count = smoke ? 1000 : 10_000
  const begin = systemClock.now()
  const text = await made('html', largeRun(count))
  const writtenMs = systemClock.now() - begin
  const folder = await mkdtemp(join(tmpdir(), 'gwscen-bench-'))
  try {
    const file = join(folder, 'report.html')
    await writeFile(file, text)
    const { openMs, elements } = await opened(CHROMIUM, file)
    return [
      {
        name: `report of ${count}, written`,
        value: Math.round(writtenMs),
        unit: 'ms',
        note: 'reducing its events, too',
      },
      { name: `report of ${count}, size`, value: Math.round(text.length / 1024), unit: 'KiB' },
      {
        name: `report of ${count}, open`,
        value: Math.round(openMs),
        unit: 'ms',
        ...(smoke ? {} : { bound: { below: 2000 } }),
        note: 'best of 3, until the list is there, in Chromium',
      },
      { name: `report of ${count}, elements`, value: elements, unit: '', bound: { below: 1500 } },
    ]
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function opened(
  executablePath: string,
  file: string,
): Promise<{ readonly openMs: number; readonly elements: number }> {
  const browser = await chromium.launch({ executablePath, args: [...QUIET] })
  try {
    let openMs = Infinity
    let elements = 0
    for (let round = 0; round < 3; round += 1) {
      const page = await browser.newPage()
      page.setDefaultTimeout(120_000)
      const begin = systemClock.now()
      await page.goto(`file://${file}#view=scenarios`, { waitUntil: 'commit' })
      await page.waitForSelector('[role=option]')
      openMs = Math.min(openMs, systemClock.now() - begin)
      elements = await page.locator('*').count()
      await page.close()
    }
    return { openMs, elements }
  } finally {
    await browser.close()
  }
}
