import { parseDuration } from '../base/duration.ts'
import { isObject } from '../base/json.ts'
import type { Scenario } from '../scenario/scenario.ts'

/** What a profile says in numbers. */
export interface ProfileNumbers {
  /** Its durations, in milliseconds: `window`, `maxWindow`. */
  readonly times: Readonly<Record<string, number>>
  /** Its counts: `bufferThreshold`. */
  readonly counts: Readonly<Record<string, number>>
}

/** What every scenario needs for its namespaces and a few requests. */
const BASE_MS = 200
/** One of many requests, while others send theirs. */
const PASS_MS = 100
/** Where only the run can know. */
const SOME_PASSES = 10
const SOME_WAIT_MS = 2000

/** How long a scenario will about take that has never run: what it sits out and repeats, as far as its file says so. */
export function estimateMs(
  { steps, vars }: Pick<Scenario, 'steps' | 'vars'>,
  settings: ProfileNumbers,
): number {
  const reader = new Reader(vars, settings)
  return BASE_MS + steps.reduce((sum, { verb, input }) => sum + reader.ms(verb, input), 0)
}

const SAT_OUT = new Set(['wait', 'for', 'holds', 'every'])
/** A variable may be made of variables. */
const DEPTH = 5

class Reader {
  readonly #vars: ReadonlyMap<string, string>
  readonly #settings: ProfileNumbers

  constructor(vars: Scenario['vars'], settings: ProfileNumbers) {
    this.#vars = new Map(
      vars.map(({ name, value }) => [name, typeof value === 'object' ? '' : String(value)]),
    )
    this.#settings = settings
  }

  ms(key: string, value: unknown): number {
    if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + this.ms('', item), 0)
    if (isObject(value)) {
      const { times, ...others } = value
      const once = Object.entries(others).reduce((sum, [name, member]) => sum + this.ms(name, member), 0)
      return times === undefined ? once : this.#passes(times) * (once + PASS_MS)
    }
    if (typeof value !== 'string') return 0
    if (SAT_OUT.has(key))
      return parseDuration(value) ?? this.#timers(value) ?? (key === 'wait' ? SOME_WAIT_MS : 0)
    // What is waited for comes when the gateway's own timers say so; a limit in plain seconds is only a limit.
    return key === 'within' ? (this.#timers(value) ?? 0) : 0
  }

  /** The timers of the gateway that a template is made of; undefined: none. */
  #timers(text: string): number | undefined {
    return sumOf(this.#plain(text), this.#settings.times)
  }

  #passes(times: unknown): number {
    if (typeof times === 'number') return times
    if (typeof times !== 'string') return 1
    const text = this.#plain(times)
    const number = /^\$\{\s*(\d+)\s*\}$/.exec(text)?.[1]
    return number === undefined ? (sumOf(text, this.#settings.counts) ?? SOME_PASSES) : Number(number)
  }

  /** With what variables stand for in their places. */
  #plain(text: string): string {
    let plain = text
    for (let depth = 0; depth < DEPTH && plain.includes('vars.'); depth += 1)
      plain = plain.replaceAll(/\bvars\.(\w+)/g, (_, name: string) => inner(this.#vars.get(name) ?? ''))
    return plain
  }
}

/** What stands between the braces of a template, else the text itself. */
function inner(text: string): string {
  return /^\$\{(.*)\}$/s.exec(text)?.[1] ?? text
}

const SETTING = /gateway\.(\w+)(?:\s*([*/])\s*(\d+(?:\.\d+)?))?/g

/** The settings in a template, added up; undefined: there are none. */
function sumOf(text: string, settings: Readonly<Record<string, number>>): number | undefined {
  const found = [...text.matchAll(SETTING)].flatMap(([, name = '', operator, factor]) => {
    const number = settings[name]
    if (number === undefined) return []
    const by = factor === undefined ? 1 : Number(factor)
    return [operator === '/' ? number / by : number * by]
  })
  return found.length === 0 ? undefined : found.reduce((sum, number) => sum + number, 0)
}
