import { readFileSync, realpathSync, statSync } from 'node:fs'
import { sep } from 'node:path'
import type { Problem } from '../base/problem.ts'

/**
 * Reads a file that lies below a root, links followed; or says why not, in words that go after the file's name. Without
 * promises: of thousands of small files, waiting for each system call takes longer than the calls.
 */
export function readBelow(root: string, path: string): Buffer | Refusal {
  try {
    const real = realpathSync.native(path)
    const realRoot = path.startsWith(root) && real === path ? root : realpathSync.native(root)
    if (!real.startsWith(realRoot.endsWith(sep) ? realRoot : `${realRoot}${sep}`)) {
      return {
        code: 'OUTSIDE_ROOT',
        message: 'leads out of the suite: files are read only below its own folder',
      }
    }
    // What is too big is refused by its size, so nothing of it is read.
    return statSync(real).size > MOST_BYTES ? Buffer.alloc(MOST_BYTES) : readFileSync(real)
  } catch (error) {
    return refusalOf(error)
  }
}

export interface Refusal {
  readonly code: string
  readonly message: string
}

/** More than the limit of a scenario file, so that what is cut here is refused by that limit. */
const MOST_BYTES = 2 * 1024 * 1024

function refusalOf(error: unknown): Refusal {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  switch (code) {
    case 'ENOENT':
      return { code: 'NO_SUCH_FILE', message: 'there is no such file' }
    case 'EISDIR':
      return { code: 'NOT_A_FILE', message: 'this is a folder with the name of a scenario' }
    case 'EACCES':
    case 'EPERM':
      return { code: 'UNREADABLE', message: 'the file may not be read by this user' }
    case 'ELOOP':
      return { code: 'UNREADABLE', message: 'the link leads back to itself' }
    default:
      return {
        code: 'UNREADABLE',
        message: `the file cannot be read: ${error instanceof Error ? error.message : code}`,
      }
  }
}

/** A problem with a file as a whole. */
export function fileProblem(file: string, { code, message }: Refusal, hint?: string): Problem {
  return {
    code,
    severity: 'error',
    message: `${file}: ${message}`,
    ...(hint === undefined ? {} : { hint }),
    span: { file, line: 1, col: 1, start: 0, end: 0 },
  }
}
