import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { describeError } from '../../base/failure.ts'
import { UsageError } from '../usage-error.ts'
import type { World } from '../world.ts'
import { confirm } from './confirm.ts'
import { starterFiles, type StarterFile } from './starter-files.ts'

export interface InitOptions {
  readonly folder: string
  /** Asks nothing. */
  readonly yes: boolean
}

/** Writes a project to begin with; what is there already is left as it is. Gives the exit code. */
export async function init({ folder, yes }: InitOptions, world: World): Promise<number> {
  const target = resolve(world.cwd, folder)
  const files = await starterFiles(world.root)
  const there = await entriesOf(target)
  if (there > 0 && !yes && !(await confirm(question(files, folder, there), world))) {
    world.stdout.write('nothing was written\n')
    return 0
  }
  for (const { path, text } of files) {
    const isNew = await writeNew(join(target, path), text)
    const line = isNew ? `wrote  ${path}` : `left   ${path}, which is there already`
    world.stdout.write(`${line}${isNew ? '' : await addition(path, target)}\n`)
  }
  world.stdout.write(await nextSteps(target, world))
  return 0
}

function question(files: readonly StarterFile[], folder: string, there: number): string {
  const has = there === 1 ? 'one file or folder' : `${there} files and folders`
  return `${folder} holds ${has}. Write ${files.length} files into it, where none is there yet?`
}

/** How many files and folders there are; none where the folder is not there yet. */
async function entriesOf(folder: string): Promise<number> {
  try {
    return (await readdir(folder)).length
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw new UsageError(`init: ${folder} cannot be used as a folder: ${describeError(error)}`)
  }
}

/** False where something is in its place. */
async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text, { flag: 'wx' })
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' || code === 'EISDIR') return false
    throw new UsageError(`init: ${path} cannot be written: ${describeError(error)}`)
  }
}

/** What people should do themselves with a file that was left alone. */
async function addition(path: string, target: string): Promise<string> {
  if (path !== '.gitignore') return ''
  const text = await readFile(join(target, path), 'utf8').catch(() => '')
  return text.includes('.gwscen') ? '' : '; add a line .gwscen/ to it'
}

async function nextSteps(target: string, { cwd }: World): Promise<string> {
  const there = relative(cwd, target)
  const steps = [
    ...(there === '' ? [] : [[`cd ${there}`, '']]),
    ['npx gwscen validate', 'checks every file'],
    ['npx gwscen run', 'runs them on a cluster, Redis and gateway that come along'],
    ['npx gwscen new --help', 'more scenarios: from an alert, a curl command, a template'],
    ...((await hasGwscen(target))
      ? []
      : [['npm install --save-dev gwscen', 'for the editor and CI, which take it from node_modules']]),
  ]
  const width = Math.max(...steps.map(([line = '']) => line.length))
  const lines = steps.map(([line = '', what = '']) => `  ${line.padEnd(width)}   ${what}`.trimEnd())
  return `\nNext:\n${lines.join('\n')}\n`
}

async function hasGwscen(folder: string): Promise<boolean> {
  const manifest = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '')
  return manifest.includes('"gwscen"')
}
