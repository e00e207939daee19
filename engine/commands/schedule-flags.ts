import type { Command } from 'commander'
import type { TagTest } from '../plan/tag-expression.ts'
import type { Shard } from '../plan/shard.ts'
import { duration, pattern, shard, tagTest, wholeNumber } from './flag-values.ts'
import type { RunOptions } from './run.ts'
import type { ScheduleOptions } from './schedule.ts'

/** Flags that say which scenarios are meant. */
export function addSelection(command: Command): void {
  command
    .option('--name <regex>', 'only scenarios whose name or id matches', pattern)
    .option('--tags <expression>', "only scenarios with these tags: 'dedup and not slow'", tagTest)
    .option('--last-failed', 'only those that failed or did not run the last time', false)
    .option('--changed [ref]', 'only those whose file or template differs from this commit (default: HEAD)')
    .option('--shard <i/n>', 'one of n parts of the suite, balanced by earlier times', shard)
}

/** Flags that say in which order and how often. */
export function addRepetition(command: Command): void {
  command
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

type Selecting = Pick<ScheduleOptions, 'name' | 'tags' | 'lastFailed' | 'changedSince' | 'shard'>

export function selectionOptions(command: Command): Selecting {
  const { name, tags, lastFailed, changed, shard } = command.opts<{
    name?: RegExp
    tags?: TagTest
    lastFailed: boolean
    changed?: string | true
    shard?: Shard
  }>()
  return {
    lastFailed,
    ...(name === undefined ? {} : { name }),
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
