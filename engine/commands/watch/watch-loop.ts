import type { Clock } from '../../base/clock.ts'
import { describeError } from '../../base/failure.ts'
import { parseTags } from '../../plan/tag-expression.ts'
import { toned, type Line } from '../../reporters/text.ts'
import type { Keyboard } from '../keyboard.ts'
import type { Signal } from '../world.ts'
import type { Choice } from './choice.ts'
import { LinePrompt } from './line-prompt.ts'

/** How one run of a choice went. */
export interface RoundEnd {
  readonly code: number
  /** Somebody stopped it, and means to stop all of it. */
  readonly stopped: boolean
}

export interface WatchOptions {
  readonly clock: Clock
  readonly keyboard: Keyboard
  /** Loads what there is now, and runs what is meant of it, or says why it does not. */
  readonly round: (choice: Choice) => Promise<RoundEnd>
  /** Calls the listener with the absolute path of each file that was written, made or removed. */
  readonly onChange: (listener: (file: string) => void) => () => Promise<void>
  readonly onSignal: (listener: (signal: Signal) => void) => () => void
  /** Where a report lies that people can open; undefined when none is written. */
  readonly report: () => string | undefined
  readonly shownPath: (file: string) => string
  readonly write: (text: string) => void
  readonly show: (lines: readonly Line[]) => void
  /** What stands between words of a list. */
  readonly dot: string
}

/** An editor writes a file in several steps, and many files at once are one change. */
const QUIET_MS = 100
const KEYS = ['a all', 'f failed', 'r again', 'p by name', 't by tags', 'o report', 'q quit']
const STOPPED = { SIGINT: 130, SIGTERM: 143 } as const

type Next = Choice | 'quit'

/** Runs everything, then what changes touch and keys ask for, until it is told to stop. Gives the last exit code. */
export class WatchLoop {
  readonly #options: WatchOptions
  readonly #changed = new Set<string>()
  #prompt: LinePrompt | undefined
  #last: Choice = { what: 'all' }
  #code = 0
  #isRunning = false
  #stopAsked = false
  /** Ends the waiting for what is next. */
  #decide: ((next: Next) => void) | undefined
  #cancelQuiet: (() => void) | undefined

  constructor(options: WatchOptions) {
    this.#options = options
  }

  async run(): Promise<number> {
    const { keyboard, onChange, onSignal } = this.#options
    const ignoreKeys = keyboard.onKey((key) => this.#press(key))
    const ignoreSignals = onSignal((signal) => this.#interrupt(signal))
    const ignoreFiles = onChange((file) => this.#note(file))
    try {
      for (let next: Next = { what: 'all' }; next !== 'quit'; next = await this.#next())
        if (await this.#round(next)) break
    } finally {
      this.#cancelQuiet?.()
      ignoreKeys()
      ignoreSignals()
      await ignoreFiles()
    }
    return this.#code
  }

  /** Gives whether it was stopped. */
  async #round(choice: Choice): Promise<boolean> {
    this.#last = choice
    this.#isRunning = true
    const { code, stopped } = await this.#options.round(choice)
    this.#isRunning = false
    this.#code = code
    const isOver = stopped || this.#stopAsked
    if (!isOver) this.#options.show([[], [toned('dim', this.#help())]])
    return isOver
  }

  #next(): Promise<Next> {
    return new Promise((resolve) => {
      this.#decide = (next) => {
        this.#decide = undefined
        this.#cancelQuiet?.()
        resolve(next)
      }
      if (this.#changed.size > 0) this.#waitForQuiet()
    })
  }

  #note(file: string): void {
    this.#changed.add(file)
    this.#waitForQuiet()
  }

  /** What changes while something runs, or while somebody is asked, waits. */
  #waitForQuiet(): void {
    this.#cancelQuiet?.()
    this.#cancelQuiet = this.#options.clock.after(QUIET_MS, () => {
      if (this.#decide === undefined || this.#prompt !== undefined) return
      const files = new Set(this.#changed)
      this.#changed.clear()
      const names = [...files].map((file) => this.#options.shownPath(file)).sort()
      this.#options.show([[toned('strong', `changed: ${names.join(', ')}`)], []])
      this.#decide({ what: 'files', files })
    })
  }

  #interrupt(signal: Signal): void {
    // A run that is going on hears it itself, but not while it is loaded.
    this.#stopAsked = true
    if (this.#isRunning) return
    this.#code = STOPPED[signal]
    this.#prompt?.press('escape')
    this.#decide?.('quit')
  }

  #press(key: string): void {
    if (this.#isRunning) this.#stopAsked ||= key === 'q'
    else if (this.#prompt !== undefined) this.#prompt.press(key)
    else if (key === 'a') this.#decide?.({ what: 'all' })
    else if (key === 'f') this.#decide?.({ what: 'failed' })
    else if (key === 'r' || key === 'enter') this.#decide?.(this.#last)
    else if (key === 'p') void this.#ask('name (regular expression): ', (text) => named(text))
    else if (key === 't') void this.#ask('tags (dedup and not slow): ', (text) => tagged(text))
    else if (key === 'o')
      this.#say(this.#options.report() ?? 'no report is written: --report html=report.html')
    else if (key === 'q') this.#decide?.('quit')
    else if (key === '?' || key === 'h') this.#say(this.#help())
  }

  async #ask(label: string, choiceOf: (text: string) => Choice): Promise<void> {
    const prompt = new LinePrompt(label, this.#options.write)
    this.#prompt = prompt
    const text = await prompt.line
    this.#prompt = undefined
    try {
      if (text !== undefined && text !== '') this.#decide?.(choiceOf(text))
    } catch (error) {
      this.#say(describeError(error))
    }
    if (this.#changed.size > 0) this.#waitForQuiet()
  }

  #help(): string {
    return ['watching for changes', ...KEYS].join(` ${this.#options.dot} `)
  }

  #say(text: string): void {
    this.#options.show([[text]])
  }
}

function named(text: string): Choice {
  return { what: 'name', name: new RegExp(text, 'u') }
}

function tagged(text: string): Choice {
  return { what: 'tags', tags: parseTags(text), text }
}
