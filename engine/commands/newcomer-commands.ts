import type { Command } from 'commander'
import { addCompletion } from './completion/completion-command.ts'
import { addClean } from './clean/clean-command.ts'
import { addDoctor } from './doctor/doctor-command.ts'
import { addDocs } from './catalogue/docs-command.ts'
import { addInit } from './init/init-command.ts'
import { addNew } from './new/new-command.ts'
import type { Does } from './program.ts'
import type { World } from './world.ts'

/** What people meet before and around their first run. */
export function addNewcomerCommands(program: Command, world: World, does: Does): void {
  addInit(program, world, does)
  addNew(program, world, does)
  addDocs(program, world, does)
  addDoctor(program, world, does)
  addClean(program, world, does)
  addCompletion(program, world, does)
}
