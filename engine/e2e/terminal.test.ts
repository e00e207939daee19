import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { gwscen } from './testing/gwscen.ts'
import { openPlace, type Place } from './testing/place.ts'
import { expectNothingLeft } from './testing/run-log.ts'
import { until } from './testing/until.ts'
import { gwscenLine, hasTmux, Pane, type PaneSize } from './testing/tmux.ts'

const HANG_MS = 90_000

const quick = (name: string): string => `name: ${name}
gateway: dedup
namespaces: [app]
steps:
  - send:
      alert: { name: Quick, severity: critical, namespace: "\${ns.app}", pod: p-1 }
      expect: { status: 201 }
  - expect: { crd: RemediationRequest, namespace: "\${ns.app}", count: 1, within: 10s }
`
const failing = quick('A scenario that expects what does not come, 語 and all').replace('201', '202')
const endless = quick('Endless').replace('count: 1, within: 10s', 'count: 2, within: 55s')

let place: Place
beforeEach(() => {
  place = openPlace(process.env['PATH'])
  for (const index of [1, 2, 3]) {
    place.write(
      `quick-${index}.yaml`,
      quick(`A quick scenario with a name that is too long for ${index} line`),
    )
  }
  place.write('failing.yaml', failing)
  place.write('endless.yaml', endless)
})
afterEach(() => place[Symbol.asyncDispose]())

/** Runs it, tells its exit code, and whether the terminal reads whole lines again and shows what is typed. */
function open(size: PaneSize, ...args: readonly string[]): Pane {
  return openLine(size, gwscenLine('run', ...args))
}

function openLine(size: PaneSize, line: string): Pane {
  const modes = String.raw`stty -a | grep -Eo -e '-?\b(icanon|echo|isig)\b' | tr '\n' ' '`
  const told = `code=$?; trap '' INT; cd /; echo "exit $code, $(${modes})"; exec cat`
  // A Ctrl-C that comes when the program has ended must not end the shell that tells of it.
  return Pane.open(place, `trap : INT; ${line}; ${told}`, size)
}

/** How long the run has taken, as its footer says; less than any while there is none. */
function secondsShown(pane: Pane): number {
  const [, minutes, seconds] = /^\d+ of \d+ done .*?(\d+):(\d\d)/m.exec(pane.screen().join('\n')) ?? []
  return seconds === undefined ? -Infinity : Number(minutes) * 60 + Number(seconds)
}

const ENDED = /^exit \d+, isig icanon echo$/
const FOOTER = /\d+ of \d+ done|^ *\d+\.\d+ /

/** What must be so at the end of every run, however it went. */
async function expectWholeLines(pane: Pane, summary: RegExp): Promise<void> {
  await pane.said(ENDED)
  const lines = pane.lines()
  expect(lines.filter((line) => FOOTER.test(line))).toEqual([])
  expect(lines[0]).toMatch(/^gwscen \d/)
  expect(lines.at(-1)).toMatch(ENDED)
  expect(lines.join(' ').replaceAll(/ +/g, ' ')).toMatch(summary)
  expect(lines.at(-2)).toMatch(/report events: \.gwscen\/events\.ndjson$/)
  expect(pane.cursorIsVisible).toBe(true)
}

const SIZES: readonly PaneSize[] = [
  { columns: 80, rows: 24 },
  { columns: 200, rows: 50 },
  { columns: 40, rows: 10 },
]

describe.skipIf(!hasTmux)('a real terminal', () => {
  test.each(SIZES)(
    '$columns × $rows: whole lines, none wider than the terminal, and no footer left',
    async (size) => {
      const pane = open(size, 'quick-1.yaml', 'quick-2.yaml', 'quick-3.yaml', 'failing.yaml')
      await expectWholeLines(pane, /4 scenarios: 3 passed, 1 failed /)
      expect(pane.lines().at(-1)).toMatch(/^exit 1,/)
      // The terminal had no line to break: each row is a line of its own.
      expect(pane.rows()).toEqual(pane.lines())
      expect(pane.lines().filter((line) => line.startsWith('✓'))).toHaveLength(3)
      expect(pane.lines().join('\n')).toContain('npx gwscen run failing.yaml')
      expectNothingLeft(place)
    },
    HANG_MS,
  )

  test.each(SIZES)(
    '$columns × $rows: other sizes in the middle leave nothing of the footer',
    async (size) => {
      const pane = open(size, 'endless.yaml', 'quick-1.yaml', 'quick-2.yaml')
      await pane.shows(/2 of 3 done/)
      const sizes = [...SIZES, { columns: 33, rows: 12 }, { columns: 120, rows: 30 }, size]
      for (const next of sizes) {
        pane.resize(next)
        // A footer of that width is one line for the run and one for the lane that waits.
        await pane.shows(/^2 of 3 done/)
        await pane.shows(/endless expect crd \d+s /)
        const footer = pane.screen().filter((line) => FOOTER.test(line))
        expect(footer).toHaveLength(2)
      }
      pane.press('q')
      await expectWholeLines(pane, /3 scenarios: 2 passed, 1 cancelled stopped by SIGINT/)
      expect(pane.lines().at(-1)).toMatch(/^exit 130,/)
      expect(pane.lines().filter((line) => line.startsWith('✓'))).toHaveLength(2)
    },
    HANG_MS,
  )

  test.each(SIZES)(
    '$columns × $rows: Ctrl-C in the middle tidies up and leaves whole lines',
    async (size) => {
      const pane = open(size, 'endless.yaml', 'quick-1.yaml')
      await pane.shows(/1 of 2 done/)
      await pane.shows(/endless expect crd \d+s/)
      pane.press('C-c')
      await expectWholeLines(pane, /2 scenarios: 1 passed, 1 cancelled stopped by SIGINT/)
      expect(pane.lines().at(-1)).toMatch(/^exit 130,/)
      expect(pane.rows()).toEqual(pane.lines())
      expect(pane.rows().join('\n')).not.toContain('^C')
      expectNothingLeft(place)
    },
    HANG_MS,
  )

  test(
    '? tells what every lane waits for, above a footer that goes on',
    async () => {
      const pane = open({ columns: 80, rows: 24 }, 'endless.yaml')
      await pane.shows(/endless expect crd \d+s left/)
      pane.press('?')
      await pane.said(/^ {2}0\.0 endless for \d+s: expect crd, for \d+s, at most \d+s more; sees: /)
      await pane.shows(/^0 of 1 done/)
      pane.press('q')
      await pane.said(ENDED)
    },
    HANG_MS,
  )

  test(
    'a second Ctrl-C ends it before it has tidied up, and the terminal is as it was',
    async () => {
      place.write('slow.yaml', `${endless}finally:\n  - wait: 55s\n`)
      const pane = open({ columns: 80, rows: 24 }, 'slow.yaml')
      await pane.shows(/slow expect crd \d+s/)
      pane.press('C-c')
      await pane.said(/^SIGINT: cancelling and cleaning up/)
      // One within a second would be the first one still.
      const then = secondsShown(pane)
      await until(() => secondsShown(pane) >= then + 2)
      pane.press('C-c')
      await pane.said(ENDED)
      const lines = pane.lines()
      expect(lines.at(-1)).toMatch(/^exit 130,/)
      expect(lines.filter((line) => FOOTER.test(line))).toEqual([])
      expect(lines.join('\n')).toContain('SIGINT: writing the reports')
      expect(pane.cursorIsVisible).toBe(true)
      await until(() => place.leftBehind().length === 0)
    },
    HANG_MS,
  )

  test(
    'an error that nothing catches leaves the terminal as it was',
    async () => {
      place.write(
        'crash.mjs',
        `import { writeFileSync } from 'node:fs'
        import { isMainThread } from 'node:worker_threads'
        if (isMainThread) {
          writeFileSync('pid', String(process.pid))
          process.on('SIGUSR2', () => { throw new Error('boom') })
        }`,
      )
      const line = gwscenLine('run', 'endless.yaml').replace(' ', ' --import ./crash.mjs ')
      const pane = openLine({ columns: 80, rows: 24 }, line)
      await pane.shows(/endless expect crd \d+s/)
      process.kill(Number(readFileSync(join(place.folder, 'pid'), 'utf8')), 'SIGUSR2')
      await pane.said(ENDED)
      expect(pane.lines().join('\n')).toContain('Error: boom')
      expect(pane.lines().filter((one) => FOOTER.test(one))).toEqual([])
      expect(pane.cursorIsVisible).toBe(true)
      await until(() => place.leftBehind().length === 0)
    },
    HANG_MS,
  )

  test(
    'Ctrl-Z gives the terminal back, and the footer returns with the job',
    async () => {
      const pane = Pane.open(place, 'exec bash --norc -i', { columns: 80, rows: 24 })
      await pane.shows(/^prompt>/)
      pane.type(`${gwscenLine('run', 'endless.yaml')}; echo "exit $?"`)
      pane.press('Enter')
      await pane.shows(/endless expect crd \d+s left/)
      pane.press('C-z')
      await pane.said(/^\[1\]\+ {2}Stopped/)
      expect(pane.cursorIsVisible).toBe(true)
      expect(pane.screen().filter((line) => FOOTER.test(line))).toEqual([])
      pane.type('echo "$((40 + 2)) is typed"')
      pane.press('Enter')
      await pane.said(/^42 is typed$/)
      pane.type('fg')
      pane.press('Enter')
      await pane.shows(/endless expect crd \d+s left/)
      pane.press('q')
      await pane.said(/^1 scenario: 1 cancelled$/)
      await pane.shows(/^prompt>/)
    },
    HANG_MS,
  )

  test(
    'a job in the background draws and reads nothing that stops it',
    async () => {
      const pane = Pane.open(place, 'exec bash --norc -i', { columns: 80, rows: 24 })
      await pane.shows(/^prompt>/)
      pane.type(`${gwscenLine('run', 'quick-1.yaml')} & wait $!; echo "exit $?"`)
      pane.press('Enter')
      await pane.said(/^exit 0$/)
    },
    HANG_MS,
  )
})

describe.skipIf(!hasTmux)('--pause-on-failure', () => {
  test(
    'shows where to look, while everything is there, and goes on at Enter',
    async () => {
      const pane = open({ columns: 160, rows: 50 }, '--pause-on-failure', 'failing.yaml', 'quick-1.yaml')
      await pane.shows(/^PAUSED failing$/)
      // Other lanes go on to their end.
      await pane.shows(/^1 of 2 done/)
      await pane.shows(/failing paused/)
      const text = pane.lines().join('\n')
      expect(text).toMatch(/ --> failing\.yaml:\d+:\d+$/m)
      const port = /^ {2}gateway 127\.0\.0\.1:(\d+), forwarded to \S+$/m.exec(text)?.[1]
      const health = await fetch(`http://127.0.0.1:${port ?? ''}/health`)
      expect(health.status).toBe(200)
      const namespace = /^ {2}namespace app (app-\w+)$/m.exec(text)?.[1]
      expect(text).toContain(`kubectl get remediationrequests -n ${namespace ?? ''}`)
      expect(text).toMatch(/^ {2}redis-cli -p \d+ --scan --pattern /m)
      const kubeconfig = /^ {2}export KUBECONFIG=(\S+)$/m.exec(text)?.[1] ?? ''
      expect(readFileSync(kubeconfig, 'utf8')).toMatch(/"server": "https?:/)
      pane.press('Enter')
      await expectWholeLines(pane, /2 scenarios: 1 passed, 1 failed /)
      expectNothingLeft(place)
      expect(readdirSync(join(place.folder, '.gwscen'))).not.toContain('kubeconfig')
    },
    HANG_MS,
  )

  test(
    'Ctrl-C ends the pause, too',
    async () => {
      const pane = open({ columns: 80, rows: 24 }, '--pause-on-failure', 'failing.yaml')
      await pane.shows(/failing paused/)
      pane.press('C-c')
      await expectWholeLines(pane, /1 scenario: 1 failed stopped by SIGINT/)
      expectNothingLeft(place)
    },
    HANG_MS,
  )
})

test('without a terminal --pause-on-failure is refused with a sentence', async () => {
  const { code, stderr } = await gwscen(place, 'run', '--pause-on-failure', 'failing.yaml')
  expect(code).toBe(2)
  expect(stderr).toBe(
    'gwscen: --pause-on-failure waits for Enter, and there is no terminal to press it on; leave it out\n',
  )
})
