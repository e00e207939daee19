/** One measured figure. */
export interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** What the value must stay below, reach, or be exactly. */
  readonly bound?: { readonly below: number } | { readonly atLeast: number } | { readonly exactly: number }
  /** How it was measured, or what it is to be compared with. */
  readonly note?: string
}

export interface BenchOptions {
  /** Counts and CPU time only, with wide margins. */
  readonly smoke: boolean
}

/** Measures something; throws when what it measures does not even work. */
export type Bench = (options: BenchOptions) => Promise<readonly Row[]>

export function isOver({ value, bound }: Row): boolean {
  if (bound === undefined) return false
  if ('below' in bound) return value >= bound.below
  return 'atLeast' in bound ? value < bound.atLeast : value !== bound.exactly
}

/** All rows as a text table. */
export function table(rows: readonly Row[]): string {
  const cells = [
    ['what', 'value', 'unit', 'bound', '', 'how'],
    ...rows.map((row) => [
      row.name,
      shown(row.value),
      row.unit,
      boundText(row),
      verdict(row),
      row.note ?? '',
    ]),
  ]
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  )
  return cells
    .map((row) =>
      row
        .map((cell, column) =>
          column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function verdict(row: Row): string {
  if (row.bound === undefined) return ''
  return isOver(row) ? 'OVER' : 'ok'
}

function boundText({ bound }: Row): string {
  if (bound === undefined) return ''
  if ('below' in bound) return `< ${shown(bound.below)}`
  return 'atLeast' in bound ? `>= ${shown(bound.atLeast)}` : `= ${shown(bound.exactly)}`
}

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3)
}
