import { Command, CommanderError, Option } from 'commander'
import { expect, test } from 'vitest'
import type { Json } from '../base/json.ts'
import type { Config } from '../scenario/config-file.ts'
import { applySources } from './flag-sources.ts'
import { more, wholeNumber } from './flag-values.ts'

function command(...argv: string[]): Command {
  const made = new Command('run')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .option('--in-flight <n>', '', wholeNumber, 7)
    .option('--fault <name>', '', more, [])
    .option('--strict', '', false)
    .addOption(new Option('--redis <kind>').choices(['server', 'js']))
  return made.parse(argv, { from: 'user' })
}

function configOf(run: Readonly<Record<string, Json>>): Config {
  const span = { file: 'gwscen.config.yaml', line: 3, col: 1, start: 0, end: 1 }
  const settings = Object.entries(run).map(([key, value]) => [key, { value, span }] as const)
  return { allowedKinds: [], run: Object.fromEntries(settings) }
}

test('a flag wins over the environment, that over the file, that over the default', () => {
  const run = command('--in-flight', '2')
  const env = { GWSCEN_IN_FLIGHT: '3', GWSCEN_FAULT: 'a,b' }
  const origins = applySources(run, { env }, configOf({ inFlight: 4, fault: ['c'], strict: true }))
  expect(run.opts()).toEqual({ inFlight: 2, fault: ['a', 'b'], strict: true })
  expect(Object.fromEntries(origins)).toEqual({
    inFlight: '--in-flight',
    fault: 'GWSCEN_FAULT',
    strict: 'gwscen.config.yaml:3',
    redis: 'default',
  })
})

test.each([
  [
    { GWSCEN_IN_FLIGHT: 'two' },
    "GWSCEN_IN_FLIGHT: 'two' is invalid for --in-flight. Expected a whole number",
  ],
  [{ GWSCEN_REDIS: 'big' }, "GWSCEN_REDIS: 'big' is invalid for --redis. Allowed choices are server, js."],
  [{ GWSCEN_STRICT: 'perhaps' }, "GWSCEN_STRICT: 'perhaps' is invalid for --strict. Expected true or false."],
])('a value that the flag would not take is a usage error: %j', (env, message) => {
  const apply = (): unknown => applySources(command(), { env }, configOf({}))
  expect(apply).toThrow(CommanderError)
  expect(apply).toThrow(message)
})
