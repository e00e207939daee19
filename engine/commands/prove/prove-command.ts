import { Option, type Command } from 'commander'
import { more, pattern, threadCount, wholeNumber } from '../flag-values.ts'
import { addExclusive, exclusiveOn } from '../exclusive-flag.ts'
import type { Does } from '../program.ts'
import type { World } from '../world.ts'

export function addProve(program: Command, world: World, does: Does): void {
  const command = program
    .command('prove')
    .description(
      'Try the suite with each fault of the reference gateway, and say which faults nobody noticed.',
    )
    .argument('[paths...]', 'files, folders, file.yaml:12', [])
    .option('--fault <name>', 'only this fault (repeatable); default: all', more, [])
    .option('--name <regex>', 'only scenarios whose name or id matches', pattern)
    .option(
      '--threads <n>',
      'threads, or auto: as many as there are CPUs; in real time, of each run: 1',
      threadCount,
    )
    .option(
      '--matrix',
      'try each scenario with each fault that could matter to it, also after all is known',
      false,
    )
    .option('--in-flight <n>', 'scenarios in flight per thread (lanes)', wholeNumber)
    .option(
      '--at-once <n>',
      'runs side by side in real time; default: as many as there are CPUs',
      wholeNumber,
    )
    .option('--seed <text>', 'names and order follow from it')
    .addOption(new Option('--redis <kind>', 'server: one from PATH; js: built in').choices(['server', 'js']))
    .addOption(
      new Option('--clock <kind>', 'real: with sockets and waiting, as `run` does')
        .choices(['real', 'virtual'])
        .default('virtual'),
    )
    .option('--json', 'one JSON document', false)
  addExclusive(command)
  command.action(
    does(async () => {
      const { prove } = await import('./prove.ts')
      const { fault, name, threads, matrix, inFlight, atOnce, exclusive, seed, redis, clock, json } =
        command.opts<{
          fault: readonly string[]
          name?: RegExp
          threads?: number | 'auto'
          matrix: boolean
          inFlight?: number
          atOnce?: number
          exclusive?: number
          seed?: string
          redis?: 'server' | 'js'
          clock: 'real' | 'virtual'
          json: boolean
        }>()
      return prove(
        {
          paths: command.args,
          faults: fault,
          matrix,
          exclusive: exclusiveOn('embedded', exclusive),
          // A real server keeps real time.
          clock: redis === 'server' ? 'real' : clock,
          json,
          ...(name === undefined ? {} : { name }),
          ...(threads === undefined ? {} : { threads }),
          ...(inFlight === undefined ? {} : { lanes: inFlight }),
          ...(atOnce === undefined ? {} : { atOnce }),
          ...(seed === undefined ? {} : { seed }),
          ...(redis === undefined ? {} : { redis }),
        },
        world,
      )
    }),
  )
}
