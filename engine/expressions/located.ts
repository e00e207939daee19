import { EvaluationError } from '@marcbachmann/cel-js'

import type { ASTNode } from './syntax-tree.ts'

/** Runs code of ours inside an evaluation: an Error of it becomes the library's, at `node` or at the call around it. */
export function located<T>(run: () => T, node?: ASTNode): T {
  try {
    return run()
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    const place = node === undefined ? {} : { node }
    throw new EvaluationError({ code: 'function_failed', message, cause, ...place })
  }
}
