import type { Command } from 'commander'
import { applySources } from './flag-sources.ts'
import { printProblems } from './print-problems.ts'
import { readProject } from './project.ts'
import type { World } from './world.ts'

export interface ConfigOptions {
  readonly showOrigin: boolean
}

/** The settings of `run` as they are in this folder, a line each. Gives the exit code. */
export async function config(run: Command, { showOrigin }: ConfigOptions, world: World): Promise<number> {
  const { configFile } = await readProject(world)
  if (configFile.problems.length > 0) {
    printProblems({ ...configFile, scenarios: [], files: 1 }, {}, world)
    return 2
  }
  const origins = applySources(run, world, configFile.config)
  const rows = [...origins].map(([key, origin]) => ({ key, value: settingOf(run, key), origin }))
  const width = Math.max(...rows.map(({ key, value }) => key.length + value.length)) + 2
  for (const { key, value, origin } of rows) {
    const setting = `${key}: ${value}`
    world.stdout.write(showOrigin ? `${setting.padEnd(width)}  ${origin}\n` : `${setting}\n`)
  }
  return 0
}

function settingOf(run: Command, key: string): string {
  const value: unknown = run.getOptionValue(key)
  if (value !== undefined) return shown(value)
  return run.options.find((option) => option.attributeName() === key)?.defaultValueDescription ?? '-'
}

function shown(value: unknown): string {
  if (Array.isArray(value) && value.length === 0) return '-'
  if (Array.isArray(value)) return value.join(', ')
  return value instanceof RegExp ? value.source : JSON.stringify(value).replace(/^"|"$/g, '')
}
