import { realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Reporter } from '../reporters/define.ts'
import { openReport } from '../reporters/reports/open.ts'
import { parseReport, type ReportTarget } from '../reporters/reports/target.ts'
import { UsageError } from './usage-error.ts'
import type { World } from './world.ts'

export interface OpenReports {
  readonly reporters: readonly Reporter[]
  /** `junit: out/junit.xml` of each that is in its place by now. */
  readonly written: readonly string[]
  readonly onWritten: (report: string) => void
  /** Whether one of them has standard output for itself. */
  readonly useStdout: boolean
}

interface Opening {
  readonly world: Pick<World, 'cwd' | 'stdout' | 'env'>
  /** Files that are written anyway. */
  readonly taken: readonly string[]
  /** Reports that nobody asked for. */
  readonly unasked?: readonly ReportTarget[]
}

/**
 * What a step of GitHub Actions shows: annotations, which its runner takes from what is printed, and the job summary. Kinds
 * that were asked for are where they were asked for.
 */
export function actionsReports(
  texts: readonly string[],
  { env, printsText }: { readonly env: World['env']; readonly printsText: boolean },
): readonly ReportTarget[] {
  if (env['GITHUB_ACTIONS'] !== 'true') return []
  const asked = texts.map(parseReport)
  const summary = env['GITHUB_STEP_SUMMARY'] ?? ''
  const isFree = printsText && asked.every(({ path }) => path !== '-')
  const wanted: readonly ReportTarget[] = [
    ...(isFree ? [{ kind: 'github', path: '-' } as const] : []),
    ...(summary === '' ? [] : [{ kind: 'markdown', path: summary } as const]),
  ]
  return wanted.filter(({ kind }) => asked.every((one) => one.kind !== kind))
}

/** Opens what `--report` asks for. Throws a usage error for two that would overwrite each other. */
export async function openReports(
  texts: readonly string[],
  { world, taken, unasked = [] }: Opening,
): Promise<OpenReports> {
  const targets = texts.map(parseReport)
  const paths = new Set(taken.map((path) => samePath(world.cwd, path)))
  for (const { kind, path } of targets) {
    const real = path === '-' ? path : samePath(world.cwd, path)
    if (paths.has(real)) throw new UsageError(`--report ${kind}=${path}: something else is written there`)
    paths.add(real)
  }
  const written: string[] = []
  const onWritten = (report: string): void => void written.push(report)
  const summary = world.env['GITHUB_STEP_SUMMARY']
  const options = {
    stdout: world.stdout,
    resolve: (path: string) => resolve(world.cwd, path),
    isShared: (path: string) => summary !== undefined && resolve(world.cwd, path) === resolve(summary),
    onWritten,
  }
  const reporters = await Promise.all([...targets, ...unasked].map((target) => openReport(target, options)))
  return { reporters, written, onWritten, useStdout: targets.some(({ path }) => path === '-') }
}

/** One name for one file, also through links; a file that is not there yet is named by its folder. */
function samePath(cwd: string, path: string): string {
  const full = resolve(cwd, path)
  return realOf(full) ?? join(realOf(dirname(full)) ?? dirname(full), basename(full))
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
