import { isObject, type Json, type JsonObject } from '../base/json.ts'
import type { Path } from '../base/span.ts'

/** One scenario of a file: the file itself, or a row of its `matrix` and `cases`. */
export interface Case {
  /** What goes into the brackets of the id; absent when the file is one scenario. */
  readonly label?: string
  readonly values?: JsonObject
  /** The row in `cases`. */
  readonly row?: Path
}

interface Row {
  readonly values: JsonObject
  readonly row?: Path
}

/** Every row of `cases` in every combination of `matrix`. */
export function casesOf(file: Readonly<Record<string, unknown>>): readonly Case[] {
  const combinations = combine(file['matrix'])
  const rows = rowsOf(file['cases'])
  if (combinations.length === 0 && rows.length === 0) return [{}]
  const outer: readonly Row[] = rows.length === 0 ? [{ values: {} }] : rows
  const inner = combinations.length === 0 ? [{}] : combinations
  const all = outer.flatMap(({ values, row }) =>
    inner.map((each) => ({ values: { ...values, ...each }, ...(row === undefined ? {} : { row }) })),
  )
  return withLabels(all)
}

function combine(matrix: unknown): readonly JsonObject[] {
  if (!isObject(matrix)) return []
  return Object.entries(matrix as Readonly<Record<string, readonly Json[]>>).reduce<readonly JsonObject[]>(
    (rows, [name, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))),
    [{}],
  )
}

function rowsOf(cases: unknown): readonly Row[] {
  if (!Array.isArray(cases)) return []
  return cases.map((values: JsonObject, index) => ({ values, row: ['cases', index] }))
}

/** `critical,P0`; equal labels are numbered. */
function withLabels(rows: readonly Row[]): readonly Case[] {
  const labels = rows.map(({ values }, index) => labelOf(values) || String(index + 1))
  return rows.map((row, index) => {
    const label = labels[index] ?? ''
    const isOnly = labels.indexOf(label) === labels.lastIndexOf(label)
    return {
      ...row,
      label: isOnly
        ? label
        : `${label}#${labels.slice(0, index + 1).filter((other) => other === label).length}`,
    }
  })
}

/** The row's `name`, else its short values. */
function labelOf(values: JsonObject): string {
  if (typeof values['name'] === 'string') return values['name']
  return Object.values(values)
    .filter((value) => value !== null && typeof value !== 'object')
    .map((value) => String(value).slice(0, 40))
    .join(',')
}
