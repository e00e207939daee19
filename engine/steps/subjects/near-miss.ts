import type { Mismatch } from '../../base/failure.ts'
import type { KubeObject } from '../../cluster/types.ts'
import { show } from '../../matchers/show.ts'

const SHOWN = 4

/** Of things that are not what is meant, the one with the fewest differences; undefined when there is none. */
export function closestOf<T>(
  candidates: readonly T[],
  differences: (candidate: T) => readonly Mismatch[],
): { readonly candidate: T; readonly mismatches: readonly Mismatch[] } | undefined {
  return candidates
    .map((candidate) => ({ candidate, mismatches: differences(candidate) }))
    .sort((a, b) => a.mismatches.length - b.mismatches.length)[0]
}

/** Says which object comes closest to a selection that none is in, and what keeps it out. */
export function nearMiss(
  objects: readonly KubeObject[],
  differs: (object: KubeObject) => readonly Mismatch[],
): readonly string[] {
  const closest = closestOf(objects, differs)
  if (closest === undefined) return []
  const { candidate, mismatches } = closest
  const reasons = mismatches
    .slice(0, SHOWN)
    .map(({ path, expected, actual }) => `${path} is ${show(actual)}, expected ${expected}`)
  return [`closest: ${titleOf(candidate)}, in which ${reasons.join('; ')}`]
}

/** Namespace and name. */
export function titleOf({ metadata: { namespace, name } }: KubeObject): string {
  return namespace === undefined ? name : `${namespace}/${name}`
}
