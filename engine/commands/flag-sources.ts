import { InvalidArgumentError, type Command, type Option } from 'commander'
import type { Json } from '../base/json.ts'
import type { Config } from '../scenario/config-file.ts'
import type { World } from './world.ts'

/** Where the value of a flag comes from, for people: `--threads`, `GWSCEN_THREADS`, `gwscen.config.yaml:4`, `default`. */
export type Origins = ReadonlyMap<string, string>

/** Who means it types it: a variable of some other day must not open a cluster. */
const TYPED_ONLY: readonly string[] = ['yesReally']

/** Gives flags that were not typed the value of their environment variable, else that of the configuration. */
export function applySources(command: Command, { env }: Pick<World, 'env'>, { run }: Config): Origins {
  const origins = new Map<string, string>()
  for (const option of command.options) {
    const key = option.attributeName()
    const variable = variableOf(option)
    const fromEnv = env[variable]
    const setting = run[key]
    if (command.getOptionValueSource(key) === 'cli') origins.set(key, option.long ?? option.flags)
    else if (isTypedOnly(option)) continue
    else if (fromEnv !== undefined) {
      set(command, option, { text: takesMany(option) ? fromEnv.split(',') : [fromEnv], from: variable })
      origins.set(key, variable)
    } else if (setting !== undefined) {
      const from = `${setting.span.file}:${setting.span.line}`
      set(command, option, { text: [setting.value].flat().map(textOf), from })
      origins.set(key, from)
    } else origins.set(key, 'default')
  }
  return origins
}

/** Whether a flag means something only where it is typed. */
export function isTypedOnly(option: Option): boolean {
  return TYPED_ONLY.includes(option.attributeName())
}

/** `GWSCEN_IN_FLIGHT` for `--in-flight`. */
export function variableOf(option: Option): string {
  const words = option.attributeName().replaceAll(/[A-Z]/g, (letter) => `_${letter}`)
  return `GWSCEN_${words.toUpperCase()}`
}

interface Given {
  /** One for each time the flag would be typed. */
  readonly text: readonly string[]
  readonly from: string
}

function set(command: Command, option: Option, { text, from }: Given): void {
  const key = option.attributeName()
  try {
    command.setOptionValueWithSource(key, valueOf(option, text), from)
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error
    command.error(
      `error: ${from}: '${text.join(',')}' is invalid for ${option.long ?? key}. ${error.message}`,
    )
  }
}

function takesMany(option: Option): boolean {
  return Array.isArray(option.defaultValue)
}

/** As commander would read it behind the flag. */
function valueOf(option: Option, text: readonly string[]): unknown {
  if (option.isBoolean() || option.negate) return truth(text[0] ?? '')
  const read = option.parseArg as ((text: string, earlier: unknown) => unknown) | undefined
  if (read === undefined) return text.at(-1)
  let value: unknown = option.defaultValue
  for (const each of text) value = read.call(option, each, value)
  return value
}

function truth(text: string): boolean {
  if (['true', '1', 'yes'].includes(text)) return true
  if (['false', '0', 'no', ''].includes(text)) return false
  throw new InvalidArgumentError('Expected true or false.')
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
