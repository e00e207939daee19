import type { Problem } from '../base/problem.ts'

/** Applies the edits that problems carry; of edits that overlap only the first is applied. */
export function applyFixes(
  text: string,
  problems: readonly Problem[],
): { readonly text: string; readonly applied: number } {
  const fixes = problems
    .flatMap(({ fix }) => (fix === undefined ? [] : [fix]))
    .sort((a, b) => a.start - b.start)
  let result = ''
  let done = 0
  let applied = 0
  for (const { start, end, text: replacement } of fixes) {
    if (start < done) continue
    result += text.slice(done, start) + replacement
    done = end
    applied += 1
  }
  return { text: result + text.slice(done), applied }
}
