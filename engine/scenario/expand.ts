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
  readonly label: string
  readonly row?: Path
}

/** Every row of `cases` in every combination of `matrix`. */
export function casesOf(file: Readonly<Record<string, unknown>>): readonly Case[] {
  const rows = rowsOf(file['cases'])
  const combinations = combine(file['matrix'])
  if (rows.length === 0 && combinations.length === 0) return [{}]
  if (rows.length === 0) return numbered(combinations)
  if (combinations.length === 0) return numbered(rows)
  return numbered(
    rows.flatMap((row) =>
      combinations.map(({ values, label }) => ({
        ...row,
        values: { ...row.values, ...values },
        label: [row.label, label].filter((part) => part !== '').join(','),
      })),
    ),
  )
}

function combine(matrix: unknown): readonly Row[] {
  if (!isObject(matrix)) return []
  const rows = Object.entries(matrix as Readonly<Record<string, readonly Json[]>>).reduce<
    readonly JsonObject[]
  >(
    (before, [name, values]) => before.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))),
    [{}],
  )
  return rows.map((values) => ({ values, label: labelOf(values) }))
}

function rowsOf(cases: unknown): readonly Row[] {
  if (!Array.isArray(cases)) return []
  return cases.map((values: JsonObject, index) => ({
    values,
    label: typeof values['name'] === 'string' ? values['name'] : labelOf(values),
    row: ['cases', index],
  }))
}

/** The short values, joined. */
function labelOf(values: JsonObject): string {
  return Object.values(values)
    .filter((value) => value !== null && typeof value !== 'object')
    .map((value) => String(value).slice(0, 40))
    .join(',')
}

/** Labels that would be empty or equal get a number. */
function numbered(rows: readonly Row[]): readonly Case[] {
  const labels = rows.map(({ label }, index) => label || String(index + 1))
  const all = new Map<string, number>()
  for (const label of labels) all.set(label, (all.get(label) ?? 0) + 1)
  const seen = new Map<string, number>()
  return rows.map((row, index) => {
    const label = labels[index] ?? ''
    const place = (seen.get(label) ?? 0) + 1
    seen.set(label, place)
    return { ...row, label: all.get(label) === 1 ? label : `${label}#${place}` }
  })
}
