import { InvalidArgumentError, type Command } from 'commander'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describeError } from '../base/failure.ts'
import type { TagTest } from '../plan/tag-expression.ts'
import type { Shard } from '../plan/shard.ts'
import { duration, pattern, shard, tagTest, wholeNumber } from './flag-values.ts'
import type { RunOptions } from './run.ts'
import type { ScheduleOptions } from './schedule.ts'
import type { World } from './world.ts'

/** Flags that say which scenarios are meant. */
export function addSelection(command: Command, { cwd }: Pick<World, 'cwd'>): void {
  command
    .optionsGroup('Which scenarios:')
    .option('-g, --name <regex>', 'only scenarios whose name or id matches', pattern)
    .option('-G, --name-not <regex>', 'none of those whose name or id matches', pattern)
    .option('--tags <expression>', "only scenarios with these tags: 'dedup and not slow'", tagTest)
    .option('--last-failed', 'only those that failed or did not run the last time', false)
    .option('--changed [ref]', 'only those whose file or template differs from this commit (default: HEAD)')
    .option('--scenario-list <file>', 'only those that a file lists, as gwscen list prints them', (file) =>
      listedIn(file, cwd),
    )
    .option('--shard <i/n>', 'one of n parts of the suite, balanced by earlier times', shard)
}

/** Files and places that are meant: those typed, and those of a list. */
export function pathsOf(command: Command): readonly string[] {
  const { scenarioList = [] } = command.opts<{ scenarioList?: readonly string[] }>()
  return [...command.args, ...scenarioList]
}

/** The first word of each line: `scenarios/a.yaml:2  its name`. */
function listedIn(file: string, cwd: string): readonly string[] {
  const paths = readLines(resolve(cwd, file))
    .map((line) => line.trim().split(/\s{2,}/)[0] ?? '')
    .filter((path) => path !== '' && !path.startsWith('#'))
  // Without paths everything runs, which nobody means who lists nothing.
  if (paths.length === 0) throw new InvalidArgumentError('It names no scenario.')
  return paths
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch (error) {
    throw new InvalidArgumentError(describeError(error))
  }
}

/** Flags that say in which order and how often. */
export function addRepetition(command: Command): void {
  command
    .optionsGroup('Order and repetition:')
    .option('--failed-first', 'those that failed the last time begin, beside the longest', false)
    .option(
      '--shuffle [seed]',
      'an order by chance instead of the longest first (default: the seed of the run)',
    )
    .option('--repeat <n>', 'every scenario so many times', wholeNumber)
    .option('--until-fail', 'again and again, until something does not pass', false)
    .option(
      '--max-failures <n>',
      'stop after so many that did not pass; what runs is cancelled and tidies up',
      wholeNumber,
    )
    .option('--retries <n>', 'how often a failed scenario may run again; a pass is then flaky', wholeNumber)
    .option(
      '--timeout <duration>',
      'the longest an attempt may take that says nothing else (default: 60s)',
      duration,
    )
    .option('--no-history', 'neither use nor remember times and outcomes')
}

type Selecting = Pick<ScheduleOptions, 'name' | 'nameNot' | 'tags' | 'lastFailed' | 'changedSince' | 'shard'>

export function selectionOptions(command: Command): Selecting {
  const { name, nameNot, tags, lastFailed, changed, shard } = command.opts<{
    name?: RegExp
    nameNot?: RegExp
    tags?: TagTest
    lastFailed: boolean
    changed?: string | true
    shard?: Shard
  }>()
  return {
    lastFailed,
    ...(name === undefined ? {} : { name }),
    ...(nameNot === undefined ? {} : { nameNot }),
    ...(tags === undefined ? {} : { tags }),
    ...(changed === undefined ? {} : { changedSince: changed === true ? 'HEAD' : changed }),
    ...(shard === undefined ? {} : { shard }),
  }
}

type Repeating = Pick<
  RunOptions,
  'failedFirst' | 'shuffle' | 'repeat' | 'untilFail' | 'maxFailures' | 'retries' | 'timeoutMs' | 'history'
>

export function repetitionOptions(command: Command): Repeating {
  const { timeout, ...flags } = command.opts<{
    failedFirst: boolean
    shuffle?: string | true
    repeat?: number
    untilFail: boolean
    maxFailures?: number
    retries?: number
    timeout?: number
    history: boolean
  }>()
  const { failedFirst, shuffle, repeat, untilFail, maxFailures, retries, history } = flags
  return {
    failedFirst,
    untilFail,
    history,
    ...(shuffle === undefined ? {} : { shuffle }),
    ...(repeat === undefined ? {} : { repeat }),
    ...(maxFailures === undefined ? {} : { maxFailures }),
    ...(retries === undefined ? {} : { retries }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
  }
}
