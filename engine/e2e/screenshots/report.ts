// Takes pictures of the HTML report of a real run, one scenario of which fails: docs/img/report-*.png.
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ReportBrowser, type View } from '../../reporters/html/testing/browser.ts'
import { gwscen } from '../testing/gwscen.ts'
import { openPlace, ROOT } from '../testing/place.ts'

interface Picture extends View {
  readonly name: string
  readonly hash: string
  /** The heading it begins with; all below is unfolded. */
  readonly below?: string
}

const FAILED = '#scenario=dedup/tenants'
const pictures: readonly Picture[] = [
  { name: 'light', hash: '' },
  { name: 'dark', hash: FAILED, scheme: 'dark' },
  { name: 'failure', hash: FAILED, height: 960 },
  {
    name: 'history',
    hash: '#scenario=storm/window-expires',
    height: 1000,
    below: 'Held back by the gateway',
  },
  { name: 'timeline', hash: '#view=timeline', height: 640 },
]

const folder = join(ROOT, 'docs', 'img')
mkdirSync(folder, { recursive: true })
await using place = openPlace(process.env['PATH'])
const scenarios = ['dedup', 'intake', 'storm/window-expires.yaml', 'storm/tenants.yaml', 'metrics'].map(
  (name) => `scenarios/${name}`,
)
await gwscen(
  place,
  'run',
  ...scenarios,
  '--in-flight',
  '6',
  '--fault',
  'dedup-ignores-namespace',
  '--report',
  'html=report.html',
)
const html = readFileSync(join(place.folder, 'report.html'), 'utf8')
await using browser = await ReportBrowser.open()
for (const { name, hash, below, ...view } of pictures) {
  const { page } = await browser.show(html, hash, view)
  if (hash === FAILED) await page.locator('#scenario-name').waitFor()
  if (below !== undefined) {
    const folds = 'h3:text-is("' + below + '") >> xpath=../following-sibling::section/details/summary'
    await page.locator('section.attempt').last().locator(folds).first().waitFor()
    for (const fold of await page.locator('section.attempt').last().locator(folds).all())
      if (!/not there/.test((await fold.textContent()) ?? '')) await fold.click()
    // What is unfolded is made a moment later.
    await page.waitForTimeout(500)
    await page.evaluate(
      `[...document.querySelectorAll('h3')].findLast((one) => one.textContent === '${below}').scrollIntoView()`,
    )
  }
  const path = join(folder, `report-${name}.png`)
  await page.screenshot({ path, animations: 'disabled' })
  await page.close()
  console.log(path)
}
