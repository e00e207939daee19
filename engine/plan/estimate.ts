import { parseDuration } from '../base/duration.ts'
import { isObject } from '../base/json.ts'
import type { Scenario } from '../scenario/scenario.ts'

/** Settings of a profile that are durations, in milliseconds: `window`, `maxWindow`. */
export type TimeSettings = Readonly<Record<string, number>>

/** What every scenario needs for its namespaces and a few requests. */
const BASE_MS = 200

/** How long a scenario will about take that has never run: what it sits out, as far as its file says so. */
export function estimateMs({ steps }: Pick<Scenario, 'steps'>, settings: TimeSettings): number {
  return BASE_MS + steps.reduce((sum, { verb, input }) => sum + waitsIn(verb, input, settings), 0)
}

const SAT_OUT = new Set(['wait', 'for', 'holds'])

function waitsIn(key: string, value: unknown, settings: TimeSettings): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + waitsIn('', item, settings), 0)
  if (isObject(value))
    return Object.entries(value).reduce((sum, [name, member]) => sum + waitsIn(name, member, settings), 0)
  if (typeof value !== 'string') return 0
  if (SAT_OUT.has(key)) return parseDuration(value) ?? settingsIn(value, settings)
  // What is waited for comes when the gateway's own timers say so; a limit in plain seconds is only a limit.
  return key === 'within' ? settingsIn(value, settings) : 0
}

const SETTING = /gateway\.(\w+)(?:\s*([*/])\s*(\d+(?:\.\d+)?))?/g

function settingsIn(text: string, settings: TimeSettings): number {
  return [...text.matchAll(SETTING)].reduce((sum, [, name = '', operator, factor]) => {
    const ms = settings[name] ?? 0
    const by = factor === undefined ? 1 : Number(factor)
    return sum + (operator === '/' ? ms / by : ms * by)
  }, 0)
}
