import { isObject } from '../base/json.ts'

/** What a line of a structured log says, under the names that loggers have for it. */
const NAMES = {
  time: ['ts', 'time', 'timestamp', '@timestamp'],
  level: ['level', 'lvl', 'severity'],
  message: ['msg', 'message'],
} as const

/** `12:00:01.250 error no answer status=500`: when, how bad and what stand first; a line that is no JSON as it is. */
export function readableLine(line: string): string {
  const fields = fieldsOf(line)
  if (fields === undefined) return line
  const found = (names: readonly string[]): unknown =>
    names.map((name) => fields[name]).find((value) => value !== undefined)
  const message = found(NAMES.message)
  if (typeof message !== 'string') return line
  const told = new Set<string>(Object.values(NAMES).flat())
  const rest = Object.entries(fields).flatMap(([name, value]) =>
    told.has(name) ? [] : [`${name}=${valueText(value)}`],
  )
  const head = [clockText(found(NAMES.time)), levelOf(line) ?? '', message]
  return [...head, ...rest].filter((part) => part !== '').join(' ')
}

/** `error`; undefined where a line does not say. */
export function levelOf(line: string): string | undefined {
  const fields = fieldsOf(line)
  const level = NAMES.level.map((name) => fields?.[name]).find((value) => typeof value === 'string')
  return level?.toLowerCase()
}

function fieldsOf(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const parsed: unknown = JSON.parse(line)
    return isObject(parsed) ? parsed : undefined
  } catch {
    // A line that only looks like JSON is shown as it is.
    return undefined
  }
}

function valueText(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)
}

/** Loggers write a time as ISO text or as seconds since 1970. */
function clockText(time: unknown): string {
  const date = new Date(typeof time === 'number' ? time * 1000 : typeof time === 'string' ? time : NaN)
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(11, 23)
}
