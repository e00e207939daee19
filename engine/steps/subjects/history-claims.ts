import type { Mismatch } from '../../base/failure.ts'
import { valueAt, type Json } from '../../base/json.ts'
import type { KubeObject } from '../../cluster/types.ts'
import { show } from '../../matchers/show.ts'
import type { StepContext } from '../context.ts'
import { matcherOf } from '../matching.ts'

/** What a step says of the past of the objects it selects, since each was made or the attempt began. */
export interface HistoryClaims {
  readonly passedThrough?: { readonly path: string; readonly values: readonly Json[] }
  readonly neverWas?: { readonly path: string; readonly value: Json }
  readonly changedOnce?: string
}

/** The keys of these claims. */
export const historyClaims = ['passedThrough', 'neverWas', 'changedOnce'] as const

/** The states of objects, as far as they were seen. */
export interface Past {
  /** Of one object, oldest first. */
  states(object: KubeObject): readonly KubeObject[]
  /** Why states may be missing; undefined when every one was seen. */
  missed(): string | undefined
}

export interface HistoryVerdict {
  /** What differs for certain: no state that was missed could change it. */
  readonly certain: readonly Mismatch[]
  /** What differs as far as is known. */
  readonly open: readonly Mismatch[]
  /** Why what was seen does not prove what is claimed. */
  readonly doubt?: string
}

/** Holds the past of the selected objects against every claim. */
export function judgeHistory(
  objects: readonly KubeObject[],
  claims: HistoryClaims,
  { past, context }: { readonly past: Past; readonly context: StepContext },
): HistoryVerdict {
  const { passedThrough, neverWas, changedOnce } = claims
  if (passedThrough === undefined && neverWas === undefined && changedOnce === undefined)
    return { certain: [], open: [] }
  const missed = past.missed()
  const history = (object: KubeObject, path: string): History => historyOf(past.states(object), object, path)
  const open = objects.flatMap((object) => [
    ...(passedThrough === undefined
      ? []
      : passage(passedThrough, history(object, passedThrough.path), context)),
    ...(changedOnce === undefined ? [] : standstill(history(object, changedOnce))),
  ])
  const certain = objects.flatMap((object) => [
    ...(neverWas === undefined ? [] : appearance(neverWas, history(object, neverWas.path), context)),
    ...(changedOnce === undefined ? [] : restlessness(history(object, changedOnce))),
  ])
  const isWeak = open.length > 0 || neverWas !== undefined || changedOnce !== undefined
  return { certain, open, ...(missed === undefined || !isWeak ? {} : { doubt: missed }) }
}

/** The values at a path, one after the other, each as long as it lasted. */
interface History {
  readonly name: string
  readonly path: string
  readonly values: readonly unknown[]
}

function historyOf(states: readonly KubeObject[], { metadata }: KubeObject, path: string): History {
  const all = states.map((state) => valueAt(state, path.split('.')))
  const values = all.filter((value, index) => index === 0 || !isSame(value, all[index - 1]))
  return { name: metadata.name, path, values }
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function passage(
  { values }: { readonly values: readonly Json[] },
  { name, path, values: seen }: History,
  context: StepContext,
): readonly Mismatch[] {
  let from = 0
  for (const value of values) {
    const check = matcherOf(value, context)
    const at = seen.findIndex((candidate, index) => index >= from && check(candidate).length === 0)
    if (at < 0) {
      const expected = `${path} of ${name} to pass through ${values.map(show).join(', ')}`
      return [{ path: 'passedThrough', expected, actual: shown(seen) }]
    }
    from = at + 1
  }
  return []
}

function appearance(
  { value }: { readonly value: Json },
  { name, path, values }: History,
  context: StepContext,
): readonly Mismatch[] {
  const check = matcherOf(value, context)
  if (!values.some((candidate) => check(candidate).length === 0)) return []
  return [
    { path: 'neverWas', expected: `${path} of ${name} never to be ${show(value)}`, actual: shown(values) },
  ]
}

function standstill(history: History): readonly Mismatch[] {
  return history.values.length < 2 ? [notOnce(history)] : []
}

function restlessness(history: History): readonly Mismatch[] {
  return history.values.length > 2 ? [notOnce(history)] : []
}

function notOnce({ name, path, values }: History): Mismatch {
  return { path: 'changedOnce', expected: `${path} of ${name} to change exactly once`, actual: shown(values) }
}

/** JSON knows no undefined. */
function shown(values: readonly unknown[]): readonly unknown[] {
  return values.map((value) => value ?? null)
}
