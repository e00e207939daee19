import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'

/** The Chromium of this machine; undefined where there is none. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
)

/** Without those it looks for hosts of its maker at every start. */
export const QUIET: readonly string[] = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]

export interface Watched {
  readonly page: Page
  /** All that a report must never do: dialogs, requests, errors, violations of its policy. */
  readonly offences: readonly string[]
  /** Goes to another address within the report. */
  readonly go: (hash: string) => Promise<void>
  /** Opens everything that is folded. */
  readonly unfold: () => Promise<void>
  /** The id of what has the focus, or its role where it has none. */
  readonly focused: () => Promise<string>
}

export interface View {
  readonly width?: number
  readonly height?: number
  readonly scheme?: 'light' | 'dark'
}

/** Opens reports as people do: as files. */
export class ReportBrowser implements AsyncDisposable {
  readonly #browser: Browser
  readonly #folder = mkdtempSync(join(tmpdir(), 'report-'))

  private constructor(browser: Browser) {
    this.#browser = browser
  }

  static async open(): Promise<ReportBrowser> {
    return new ReportBrowser(
      await chromium.launch({ executablePath: CHROMIUM ?? '', args: [...QUIET], timeout: 120_000 }),
    )
  }

  async show(
    html: string,
    hash = '',
    { width = 1280, height = 800, scheme = 'light' }: View = {},
  ): Promise<Watched> {
    const file = join(this.#folder, 'report.html')
    writeFileSync(file, html)
    const page = await this.#browser.newPage({ viewport: { width, height }, colorScheme: scheme })
    page.setDefaultTimeout(60_000)
    const offences = watch(page, file)
    await page.goto(`file://${file}${hash}`)
    await page.waitForSelector('main')
    // Texts, because what runs in a page knows other types than what runs here.
    return {
      ...{ page, offences },
      go: (to) => page.evaluate(`void (location.hash = ${JSON.stringify(to)})`),
      unfold: () => page.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true`),
      focused: () =>
        page.evaluate(`document.activeElement.id || document.activeElement.getAttribute('role')`),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close()
    rmSync(this.#folder, { recursive: true })
  }
}

function watch(page: Page, file: string): readonly string[] {
  const offences: string[] = []
  page.on('dialog', (dialog) => {
    offences.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('pageerror', (error) => offences.push(`error: ${error.message}`))
  // What breaks the policy is told here, too.
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      offences.push(`console: ${message.text()}`)
  })
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== `file://${file}`) offences.push(`request: ${request.url()}`)
  })
  page.on('popup', () => offences.push('popup'))
  return offences
}
