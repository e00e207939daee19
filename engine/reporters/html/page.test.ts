import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Failure } from '../../base/failure.ts'
import type { Event, EventBody } from '../../events/event.ts'
import { made } from '../testing/made.ts'
import { nothingRan, outcomesRun } from '../testing/outcomes-run.ts'
import { eventsOf, mismatchFailure, runStarted } from '../testing/storm-run.ts'
import { escapeControls } from '../text.ts'
import { CHROMIUM, ReportBrowser } from './testing/browser.ts'
import { largeRun } from './testing/large-run.ts'
import { PAYLOADS } from './testing/payloads.ts'

const LONG_MS = 240_000

/** Every text that comes from outside is this one. */
function hostileBodies(payload: string, index: number): readonly EventBody[] {
  const scenario = `${index} ${payload}`
  const place = { scenario, attempt: 1, step: payload }
  const span = { file: payload, line: 1, col: 1, start: 0, end: 3 }
  const failure: Failure = {
    outcome: 'failed',
    ...{ code: payload, message: payload, notes: [payload], cause: payload },
    span,
    mismatches: [{ path: payload, expected: payload, actual: { [payload]: payload } }],
  }
  const leftovers = [{ what: payload, reason: payload, command: payload }]
  const exchange = {
    ...{
      method: payload,
      path: payload,
      requestHeaders: { [payload]: payload },
      requestBody: payload,
      ms: 1,
    },
    ...{ status: 500, headers: { [payload]: payload }, body: payload, transportError: payload },
  }
  const object = {
    kind: payload,
    metadata: { name: payload, namespace: payload, labels: { [payload]: payload } },
  }
  const ended = { outcome: 'failed', ms: 1, failure } as const
  return [
    {
      type: 'scenario:started',
      scenario,
      attempt: 1,
      thread: 0,
      lane: index % 4,
      deployment: payload,
      namespaces: { [payload]: payload },
    },
    { type: 'step:started', ...place, verb: payload, title: payload, span },
    { type: 'step:waiting', ...place, ms: 5, seen: payload },
    { type: 'exchange:seen', ...place, exchange },
    { type: 'object:seen', scenario, attempt: 1, change: 'added', object },
    {
      type: 'object:seen',
      scenario,
      attempt: 1,
      change: 'modified',
      object: { ...object, [payload]: [payload] },
    },
    { type: 'note:written', ...place, text: payload },
    { type: 'key:seen', ...place, key: payload, is: 'hash', value: { [payload]: payload }, ttlMs: 5 },
    { type: 'key:seen', scenario, attempt: 1, key: payload, is: 'none', value: null },
    { type: 'key:commanded', ...place, key: payload, command: payload, reply: [payload] },
    { type: 'signal:held', ...place, number: 0, signal: payload, window: payload, ms: 5 },
    { type: 'signal:held', ...place, number: 1, signal: payload, ms: 5 },
    { type: 'signals:released', scenario, attempt: 1, numbers: [0], object: payload },
    {
      ...{ type: 'diagnostics:collected', scenario, attempt: 1, logLinesLeftOut: 1, missing: [payload] },
      gatewayLog: [payload, `{"level":"error","msg":${JSON.stringify(payload)}}`],
      kubernetes: [
        { kind: 'Warning', reason: payload, namespace: payload, object: payload, message: payload, count: 2 },
        {
          kind: 'Normal',
          reason: payload,
          namespace: '',
          object: '',
          message: payload,
          count: 1,
          wall: 1e20,
        },
      ],
    },
    { type: 'warning:raised', scenario, attempt: 1, text: payload },
    { type: 'step:ended', ...place, verb: payload, ...ended, result: { [payload]: payload } },
    { type: 'attempt:ended', scenario, attempt: 1, ...ended, further: [failure], leftovers },
    { type: 'scenario:ended', scenario, attempts: 1, reason: payload, ...ended },
  ]
}

function hostileRun(): readonly Event[] {
  const all = PAYLOADS.join('\n')
  return eventsOf([
    {
      ...runStarted,
      ...{ run: all, target: all, gateway: all, redis: all, seed: all, threadsReason: all, version: all },
      gateways: { [all]: { version: all, settings: { [all]: all } } },
      scenarios: PAYLOADS.map((payload, index) => ({
        ...{
          id: `${index} ${payload}`,
          name: payload,
          file: payload,
          line: 1,
          tags: [payload],
          profile: payload,
        },
      })),
    },
    { type: 'sources:read', texts: Object.fromEntries(PAYLOADS.map((payload) => [payload, payload])) },
    { type: 'thread:ready', thread: 0, forwards: [{ profile: all, to: 'gateway', localPort: 1, pod: all }] },
    ...PAYLOADS.flatMap(hostileBodies),
    { type: 'thread:lost', thread: 0, reason: all },
    {
      type: 'run:ended',
      ms: 9000,
      phases: { [all]: 1 },
      busy: 1,
      internalError: all,
      targetError: { message: all, hint: all },
    },
  ])
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What keeps people out of what is shown now, by rule and element. */
async function barriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource)
  const { violations } = await page.evaluate<AxeResults>('axe.run()')
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
  )
}

const VIEWS = [
  '#view=overview',
  '#view=scenarios',
  '#view=scenarios&outcome=failed,flaky&text=what',
  '#scenario=all/failed',
  '#scenario=all/flaky',
  '#scenario=all/cut',
  '#view=timeline',
]

describe.skipIf(CHROMIUM === undefined)('in Chromium', () => {
  let browser: ReportBrowser
  beforeAll(async () => {
    browser = await ReportBrowser.open()
  }, LONG_MS)
  afterAll(() => browser[Symbol.asyncDispose]())

  test(
    'whatever a gateway, a file or a name says is shown and does nothing',
    async () => {
      expect(PAYLOADS.length).toBeGreaterThanOrEqual(60)
      const { page, offences, go, unfold } = await browser.show(await made('html', hostileRun()))
      const scripts = await page.locator('script').count()
      await go('#view=timeline')
      await page.locator('.canvas').press('ArrowRight')
      for (const [index, payload] of PAYLOADS.entries()) {
        const isLone = /\p{Cs}/u.test(payload)
        // No address can say it, but it is the next one.
        if (isLone) await page.keyboard.press('j')
        else await go(`#scenario=${encodeURIComponent(`${index} ${payload}`)}`)
        const name = page.locator('#scenario-name')
        await name.filter({ hasText: isLone ? 'lone' : escapeControls(payload).slice(0, 200) }).waitFor()
        await unfold()
      }
      expect(await page.locator('script').count()).toBe(scripts)
      expect(
        await page.locator('body :is(img, iframe, object, embed, svg, form, link, base, style)').count(),
      ).toBe(0)
      expect(offences).toEqual([])
      await page.close()
    },
    LONG_MS,
  )

  test.each(['light', 'dark'] as const)(
    'keeps nobody out of any view (%s)',
    async (scheme) => {
      const { page, offences, go, unfold } = await browser.show(await made('html', outcomesRun), '', {
        scheme,
      })
      const found: Record<string, readonly string[]> = {}
      for (const hash of VIEWS) {
        await go(hash)
        if (hash.includes('scenario=')) await page.locator('#scenario-name', { hasText: /is \w+$/ }).waitFor()
        await unfold()
        found[hash] = await barriers(page)
      }
      await page.setViewportSize({ width: 390, height: 844 })
      found['on a small screen'] = await barriers(page)
      await page.keyboard.press('?')
      await page.locator('dialog[open]').waitFor()
      found['in the help'] = await barriers(page)
      expect(Object.entries(found).filter(([, barrier]) => barrier.length > 0)).toEqual([])
      expect(Object.keys(found)).toHaveLength(VIEWS.length + 2)
      expect(offences).toEqual([])
      await page.close()
    },
    LONG_MS,
  )

  test(
    'says of a run in which nothing ran why that is',
    async () => {
      const { page, offences } = await browser.show(await made('html', nothingRan))
      expect(await page.locator('.troubles').innerText()).toContain('kind is not installed')
      expect(await page.locator('.well').innerText()).toBe('Nothing ran.')
      expect(await barriers(page)).toEqual([])
      expect(offences).toEqual([])
      await page.close()
    },
    LONG_MS,
  )

  test(
    'can be walked through by keys alone',
    async () => {
      const { page, offences, focused } = await browser.show(await made('html', outcomesRun))
      const selected = page.locator('[role=option][aria-selected=true] .id')
      await page.keyboard.press('j')
      await selected.filter({ hasText: 'all/failed' }).waitFor()
      await page.locator('#scenario-name', { hasText: 'what is failed' }).waitFor()
      expect(page.url()).toContain('#scenario=all%2Ffailed')
      await page.keyboard.press('j')
      await selected.filter({ hasText: 'all/broken' }).waitFor()
      await page.keyboard.press('k')
      await page.locator('#scenario-name', { hasText: 'what is failed' }).waitFor()
      await page.keyboard.press('Enter')
      expect(await focused()).toBe('scenario-name')
      await page.keyboard.press('Escape')
      expect(await focused()).toBe('listbox')
      await page.keyboard.press('/')
      await page.keyboard.type('flaky')
      await page.locator('.count', { hasText: /^1 of 12 scenarios$/ }).waitFor()
      expect(page.url()).toContain('text=flaky')
      await page.keyboard.press('Escape')
      await page.locator('.count', { hasText: /^12 scenarios$/ }).waitFor()
      await page.keyboard.press('?')
      await page.locator('dialog[open]').waitFor()
      await page.keyboard.press('Escape')
      await page.locator('dialog[open]').waitFor({ state: 'detached' })
      await page.keyboard.press('3')
      await page.locator('.canvas').focus()
      await page.keyboard.press('ArrowRight')
      await page.locator('.told-bar', { hasText: /^all\/passed: passed, .* thread 0, lane 0$/ }).waitFor()
      for (const key of ['+', '+', 'Shift+ArrowRight', 'ArrowRight', '-', '0', 'ArrowRight'])
        await page.keyboard.press(key)
      await page.locator('.told-bar', { hasText: 'all/broken' }).waitFor()
      await page.keyboard.press('Enter')
      await page.locator('#scenario-name', { hasText: 'what is broken' }).waitFor()
      expect(offences).toEqual([])
      await page.close()
    },
    LONG_MS,
  )

  test(
    'shows what a scenario is said to be in words, both attempts of a flaky one, and how to run it again',
    async () => {
      const { page, go } = await browser.show(await made('html', outcomesRun), '#scenario=all/flaky')
      const text = (): Promise<string> => page.locator('article').innerText()
      await page.locator('#scenario-name', { hasText: 'what is flaky' }).waitFor()
      expect(await text()).toContain('It failed, and passed when it ran again. ')
      expect(await text()).toContain('(failed in attempt 1, passed in attempt 2)')
      expect(await page.locator('h3.attempt').allInnerTexts()).toEqual([
        'Attempt 1: failed',
        'Attempt 2: passed',
      ])
      expect(await page.locator('.command code').innerText()).toBe('npx gwscen run scenarios/all/flaky.yaml')
      await go('#scenario=all/gap')
      await page.locator('#scenario-name', { hasText: 'what is gap' }).waitFor()
      expect(await text()).toMatch(/△\s*gap/)
      expect(await text()).toContain('known gap G6 of v1')
    },
    LONG_MS,
  )

  test(
    'shows the lines of the file with a caret under what is at fault, and only the fields that differ',
    async () => {
      const { page } = await browser.show(await made('html', outcomesRun), '#scenario=all/failed')
      const failure = page.locator('.attempt > .failure')
      await failure.waitFor()
      const { col } = mismatchFailure.span
      const caret = await failure.locator('.caret .text').textContent()
      expect(caret).toBe(`${' '.repeat(col - 1)}${'^'.repeat(11)}`)
      expect(await failure.locator('.fault .text').textContent()).toBe('      expect: { status: 202 }')
      expect(await failure.locator('tbody tr').allInnerTexts()).toEqual([
        'status\t202\t500',
        'body.fingerprint\tthe fingerprint of "cpu"\tabsent',
      ])
    },
    LONG_MS,
  )

  test(
    'of thousands of scenarios only those that can be seen are elements',
    async () => {
      const { page } = await browser.show(await made('html', largeRun(3000)), '#view=scenarios')
      const rows = page.locator('[role=option]')
      await page.locator('.count', { hasText: '3000 scenarios' }).waitFor()
      await rows.first().waitFor()
      expect(await rows.count()).toBeLessThan(60)
      await page.evaluate(`document.querySelector('.list').scrollTop = 1e9`)
      await page.locator('[role=option][aria-posinset="3000"]').waitFor()
      expect(await rows.count()).toBeLessThan(60)
      await page.keyboard.press('3')
      await page.locator('.canvas').waitFor()
      expect(await page.locator('*').count()).toBeLessThan(1500)
      await page.close()
    },
    LONG_MS,
  )
})
