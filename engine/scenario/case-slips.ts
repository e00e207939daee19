import { isObject } from '../base/json.ts'
import type { Slip } from './slip.ts'

/** What makes a suite that nobody can wait for, and mostly a slip. */
const MOST_CASES = 10_000

/** What is wrong with the table of a file, beyond its shape. */
export function caseSlips(cases: unknown, matrix: unknown, mentions: ReadonlySet<string>): readonly Slip[] {
  return [
    ...missingSlips(cases, matrix, mentions),
    ...sharedNameSlips(cases, matrix),
    ...numberSlips(cases, matrix),
  ]
}

/** A row that lacks what an expression reads would fail only when it is run. */
function missingSlips(cases: unknown, matrix: unknown, mentions: ReadonlySet<string>): readonly Slip[] {
  if (!Array.isArray(cases)) return []
  const rows: readonly unknown[] = cases
  const all = [...new Set(rows.filter(isObject).flatMap((row) => Object.keys(row)))]
  const read = all.filter((name) => mentions.has(`case.${name}`) && !(isObject(matrix) && name in matrix))
  return rows.flatMap((row, index) =>
    read
      .filter((name) => isObject(row) && !(name in row))
      .map((name) => ({
        code: 'MISSING_IN_CASE',
        path: ['cases', index],
        message: `${name}: this row has no such key, and an expression reads case.${name}`,
      })),
  )
}

/** A name that both give has two values, and one of them would be lost. */
function sharedNameSlips(cases: unknown, matrix: unknown): readonly Slip[] {
  if (!Array.isArray(cases) || !isObject(matrix)) return []
  const rows: readonly unknown[] = cases
  const given = new Set(rows.filter(isObject).flatMap((row) => Object.keys(row)))
  return Object.keys(matrix)
    .filter((name) => given.has(name))
    .map((name) => ({
      code: 'SHADOWED',
      path: ['matrix'],
      key: name,
      message: `${name}: a row of cases has this name, too`,
      hint: 'choose another name',
    }))
}

function numberSlips(cases: unknown, matrix: unknown): readonly Slip[] {
  const lists = isObject(matrix) ? Object.values(matrix) : []
  const sizes = [cases, ...lists].map((list) => (Array.isArray(list) ? list.length : 1))
  const all = sizes.reduce((product, size) => product * size, 1)
  if (all <= MOST_CASES) return []
  const key = lists.length === 0 ? 'cases' : 'matrix'
  const message = `${key}: expected at most ${MOST_CASES} scenarios of one file, got ${all}`
  return [{ code: 'OUT_OF_RANGE', path: [], key, message }]
}
