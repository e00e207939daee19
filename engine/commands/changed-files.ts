import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { UsageError } from './usage-error.ts'

const run = promisify(execFile)

/** Absolute paths of files that differ from a commit, with those that git does not know yet. */
export async function changedFiles(cwd: string, ref: string): Promise<ReadonlySet<string>> {
  const top = (await git(cwd, ['rev-parse', '--show-toplevel'])).trim()
  const [changed, untracked] = await Promise.all([
    git(cwd, ['diff', '--name-only', '-z', ref, '--']),
    git(top, ['ls-files', '--others', '--exclude-standard', '-z']),
  ])
  return new Set(
    [...changed.split('\0'), ...untracked.split('\0')].filter(Boolean).map((file) => resolve(top, file)),
  )
}

async function git(cwd: string, args: readonly string[]): Promise<string> {
  try {
    return (await run('git', [...args], { cwd, maxBuffer: 64 * 1024 * 1024 })).stdout
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n')[0] : ''
    const why = said === undefined || said === '' ? 'git could not be run' : said
    throw new UsageError(
      `--changed: ${why}; it needs a git repository that has the commit (in CI: a checkout that is not shallow)`,
    )
  }
}
