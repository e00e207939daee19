import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quote } from 'shell-quote'
import { ROOT, type Place } from './place.ts'
import { has } from './tool.ts'
import { until } from './until.ts'

export const hasTmux = has('tmux', '-V')

export interface PaneSize {
  readonly columns: number
  readonly rows: number
}

/** A real terminal in which the real program runs, and everything that is ever shown on it. */
export class Pane {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Runs a line of shell in a terminal of its own; the screen stays when that ends. */
  static open(place: Place, line: string, { columns, rows }: PaneSize): Pane {
    const folder = mkdtempSync(join(tmpdir(), 'tmux-'))
    const pane = new Pane(folder)
    const env = { PATH: place.searchPath, HOME: place.temp, TMPDIR: place.temp, LANG: 'C.UTF-8' }
    const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`)
    const shell = ['env', '-i', 'TERM=screen-256color', 'PS1=prompt> ', ...settings, 'sh', '-c', line]
    pane.#tmux(
      ...['start-server', ';', 'set-option', '-g', 'history-limit', '50000', ';'],
      ...['set-option', '-g', 'remain-on-exit', 'on', ';', 'set-option', '-g', 'status', 'off', ';'],
      ...['new-session', '-d', '-x', `${columns}`, '-y', `${rows}`, '-c', place.folder, quote(shell)],
    )
    place.defer(() => pane.#close())
    return pane
  }

  /** Presses keys by the names that tmux has for them. */
  press(...keys: readonly string[]): void {
    this.#tmux('send-keys', ...keys)
  }

  type(text: string): void {
    this.#tmux('send-keys', '-l', text)
  }

  resize({ columns, rows }: PaneSize): void {
    this.#tmux('resize-window', '-x', `${columns}`, '-y', `${rows}`)
  }

  /** The lines in sight. */
  screen(): readonly string[] {
    return linesOf(this.#tmux('capture-pane', '-p'))
  }

  /** All lines since the beginning, each as it is on the screen. */
  rows(): readonly string[] {
    return linesOf(this.#tmux('capture-pane', '-p', '-S', '-'))
  }

  /** All lines since the beginning as they were written: those that the terminal broke are one again. */
  lines(): readonly string[] {
    return linesOf(this.#tmux('capture-pane', '-p', '-J', '-S', '-'))
  }

  /** The lines in sight with their colours as escape sequences. */
  coloured(): string {
    return this.#tmux('capture-pane', '-p', '-e')
  }

  get cursorIsVisible(): boolean {
    return this.#tmux('display-message', '-p', '#{cursor_flag}').trim() === '1'
  }

  /** Resolves when a line in sight matches. */
  async shows(pattern: RegExp): Promise<void> {
    await until(() => this.screen().some((line) => pattern.test(line)))
  }

  /** Resolves when any line matches, also one that has left the screen. */
  async said(pattern: RegExp): Promise<void> {
    await until(() => this.lines().some((line) => pattern.test(line)))
  }

  #tmux(...args: readonly string[]): string {
    const own = ['-S', join(this.#folder, 'socket'), '-f', '/dev/null']
    return execFileSync('tmux', [...own, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  }

  async #close(): Promise<void> {
    try {
      this.#tmux('kill-server')
    } finally {
      rmSync(this.#folder, { recursive: true, force: true })
    }
    return Promise.resolve()
  }
}

/** The command line of the program under test, for a shell. */
export function gwscenLine(...args: readonly string[]): string {
  return quote([process.execPath, join(ROOT, 'bin', 'gwscen.js'), ...args])
}

function linesOf(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trimEnd())
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1)
}
