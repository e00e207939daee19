import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { measureNode } from './child.ts'
import type { BenchOptions, Row } from './row.ts'

const KINDS = [
  { what: 'expect value', step: 'expect: { value: 1, $gte: 1 }' },
  { what: 'request', step: 'request: { path: /health, expect: { status: 200 } }' },
  { what: 'redis', step: "redis: { command: SET, on: { key: '${vars.key}' }, args: ['1'] }" },
] as const

interface Size {
  /** Of a block. */
  readonly steps: number
  readonly blocks: number
  /** Blocks before them, in which V8 compiles what runs often. */
  readonly warmUp: number
}

/**
 * What the engine needs for a step beyond the call that the step makes: CPU of the whole process, events included, in a
 * `gwscen run` whose clients answer again what they were answered first. A difference between steps with calls and bare
 * calls would be a small one of two large ones, which the hour of a machine moves by more than what it is to show.
 */
export async function step({ smoke }: BenchOptions): Promise<readonly Row[]> {
  const root = await mkdtemp(join(tmpdir(), 'gwscen-step-'))
  const size = smoke ? { steps: 20, blocks: 5, warmUp: 1 } : { steps: 300, blocks: 20, warmUp: 10 }
  try {
    await makeRoot(root)
    const rows: Row[] = []
    for (const kind of KINDS) rows.push(await overhead(kind, size, root))
    return smoke ? rows.map((row) => ({ ...row, bound: { below: 5 } })) : rows
  } finally {
    await rm(root, { recursive: true })
  }
}

const ROOT = join(import.meta.dirname, '..')

/** A folder like the package's, but for its thread. */
async function makeRoot(root: string): Promise<void> {
  await Promise.all(['bin', 'dist'].map((folder) => mkdir(join(root, folder))))
  await copyFile(join(ROOT, 'bin', 'gwscen.js'), join(root, 'bin', 'gwscen.js'))
  const same = ['package.json', 'node_modules', 'kind', 'starter', 'dist/main.js', 'dist/watchdog.js']
  for (const name of same) await symlink(join(ROOT, name), join(root, name))
  await build({
    entryPoints: [join(import.meta.dirname, 'step-thread.ts')],
    outfile: join(root, 'dist', 'thread.js'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
  })
}

async function overhead({ what, step }: (typeof KINDS)[number], size: Size, root: string): Promise<Row> {
  const blocks = (await run(step, size, root)).slice(size.warmUp)
  const each = blocks.map((ms) => ms / size.steps).sort((a, b) => a - b)
  const half = [0.25, 0.75].map((share) => each[Math.floor(share * each.length)]?.toFixed(3))
  return {
    name: `CPU of a step beyond its call, ${what}`,
    value: middle(each),
    unit: 'ms',
    bound: { below: 0.3 },
    note: `${each.length} blocks of ${size.steps} steps, half of them ${half.join(' to ')}`,
  }
}

/** The mean of the middle half: the collector of garbage and the neighbours strike some blocks and not others. */
function middle(sorted: readonly number[]): number {
  const cut = Math.floor(sorted.length / 4)
  const half = sorted.slice(cut, sorted.length - cut)
  return half.reduce((sum, one) => sum + one, 0) / half.length
}

async function run(step: string, { steps, blocks, warmUp }: Size, root: string): Promise<readonly number[]> {
  const file = join(root, 'steps.yaml')
  // One more, before which the last block ends.
  await writeFile(file, scenario(step, (warmUp + blocks) * steps + 1))
  const flags = ['--threads', '1', '--in-flight', '1', '--reporter', 'none', '--no-history']
  const told = ['--seed', `${step.split(':')[0]}-${steps}`, '--events', join(root, 'events.ndjson')]
  const command = [join(root, 'bin', 'gwscen.js'), 'run', file, ...flags, ...told]
  const { stdout } = await measureNode(['--preserve-symlinks-main', ...command])
  return JSON.parse(stdout) as readonly number[]
}

function scenario(step: string, count: number): string {
  const repeat = `  - repeat:\n      times: ${count}\n      steps:\n        - ${step}\n`
  return `name: One step, again and again\ngateway: dedup\nsmoke: true\ntimeout: 10m\nvars: { key: "\${unique('bench')}" }\nsteps:\n${repeat}`
}
