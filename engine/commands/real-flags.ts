import type { Command } from 'commander'
import type { RunOptions } from './run.ts'

/** The flags that ask for something which only real sockets can give. */
export function needsReal({ target, pauseOnFailure, port, redis }: RunOptions): readonly string[] {
  return [
    ...(target === 'embedded' ? [] : [`--target ${target}`]),
    ...(pauseOnFailure ? ['--pause-on-failure'] : []),
    ...(port === undefined ? [] : ['--port']),
    ...(redis === 'server' ? ['--redis server'] : []),
  ]
}

/** What is watched is to be quick, where nothing else was said and nothing asked for has to be real. */
export function toWatchBy(options: RunOptions, command: Command): RunOptions {
  const isSaid = command.getOptionValueSource('clock') !== 'default'
  return isSaid || needsReal(options).length > 0 ? options : { ...options, clock: 'virtual' }
}
