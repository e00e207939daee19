import { absent } from './absent.ts'
import { after } from './after.ts'
import { all } from './all.ts'
import { any } from './any.ts'
import { before } from './before.ts'
import { between } from './between.ts'
import { contains } from './contains.ts'
import { each } from './each.ts'
import { empty } from './empty.ts'
import { eq } from './eq.ts'
import { expr } from './expr.ts'
import { gt } from './gt.ts'
import { gte } from './gte.ts'
import { oneOf } from './in.ts'
import { length } from './length.ts'
import { lt } from './lt.ts'
import { lte } from './lte.ts'
import { matches } from './matches.ts'
import { ne } from './ne.ts'
import { near } from './near.ts'
import { none } from './none.ts'
import { not } from './not.ts'
import { only } from './only.ts'
import type { Operator } from './operator.ts'
import { startsWith } from './starts-with.ts'
import { type } from './type.ts'
import { unique } from './unique.ts'

/** Every operator, in the order of help and docs. */
export const operators: readonly Operator[] = [
  eq,
  ne,
  gt,
  gte,
  lt,
  lte,
  between,
  oneOf,
  matches,
  contains,
  startsWith,
  length,
  empty,
  absent,
  type,
  each,
  any,
  none,
  only,
  unique,
  not,
  all,
  after,
  before,
  near,
  expr,
]

const byName: ReadonlyMap<string, Operator> = new Map(operators.map((operator) => [operator.name, operator]))

/** The operator of a key with its `$`. */
export function operatorOf(name: string): Operator | undefined {
  return byName.get(name)
}
