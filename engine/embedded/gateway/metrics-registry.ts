export type Labels = Readonly<Record<string, string>>

export interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  /** Absent: one series, visible from the start at 0. */
  readonly labels?: readonly string[]
  /** Upper bounds, for histograms. */
  readonly buckets?: readonly number[]
}

interface Series {
  readonly labels: Labels
  value: number
  count: number
  /** Observations per bucket, not cumulated. */
  readonly counts: number[]
}

/** Metrics by name with their series, written as Prometheus text 0.0.4. */
export class MetricsRegistry<Name extends string> {
  readonly #definitions: Readonly<Record<Name, MetricDefinition>>
  readonly #series = new Map<string, Map<string, Series>>()

  constructor(definitions: Readonly<Record<Name, MetricDefinition>>) {
    this.#definitions = definitions
    for (const [name, definition] of Object.entries<MetricDefinition>(definitions)) {
      this.#series.set(name, new Map())
      if (definition.labels === undefined) this.#at(name as Name, {})
    }
  }

  add(name: Name, amount: number, labels: Labels): void {
    this.#at(name, labels).value += amount
  }

  set(name: Name, value: number, labels: Labels): void {
    this.#at(name, labels).value = value
  }

  observe(name: Name, value: number, labels: Labels): void {
    const series = this.#at(name, labels)
    const bucket = (this.#definitions[name].buckets ?? []).findIndex((bound) => value <= bound)
    if (bucket >= 0) series.counts[bucket] = (series.counts[bucket] ?? 0) + 1
    series.count += 1
    series.value += value
  }

  value(name: Name, labels: Labels = {}): number {
    return this.#series.get(name)?.get(seriesKey(labels))?.value ?? 0
  }

  /** Families in order of their names, series in order of their labels. */
  text(): string {
    const names = Object.keys(this.#definitions).sort() as Name[]
    return names.map((name) => this.#family(name)).join('')
  }

  #family(name: Name): string {
    const definition: MetricDefinition = this.#definitions[name]
    const series = [...(this.#series.get(name) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))
    if (series.length === 0) return ''
    const head = [`# HELP ${name} ${definition.help}`, `# TYPE ${name} ${definition.type}`]
    const lines = series.flatMap(([, one]) =>
      definition.type === 'histogram'
        ? histogramLines(name, one, definition.buckets ?? [])
        : [`${name}${labelText(one.labels)} ${one.value}`],
    )
    return `${[...head, ...lines].join('\n')}\n`
  }

  #at(name: Name, labels: Labels): Series {
    const family = this.#series.get(name) ?? new Map<string, Series>()
    const key = seriesKey(labels)
    const known = family.get(key)
    if (known !== undefined) return known
    const counts = (this.#definitions[name].buckets ?? []).map(() => 0)
    const series: Series = { labels, value: 0, count: 0, counts }
    family.set(key, series)
    return series
  }
}

function histogramLines(name: string, series: Series, buckets: readonly number[]): string[] {
  const lines: string[] = []
  let below = 0
  for (const [index, bound] of buckets.entries()) {
    below += series.counts[index] ?? 0
    lines.push(`${name}_bucket${labelText({ ...series.labels, le: String(bound) }, 'le')} ${below}`)
  }
  lines.push(`${name}_bucket${labelText({ ...series.labels, le: '+Inf' }, 'le')} ${series.count}`)
  lines.push(`${name}_sum${labelText(series.labels)} ${series.value}`)
  lines.push(`${name}_count${labelText(series.labels)} ${series.count}`)
  return lines
}

/** Labels in order of their names; `last` stands at the end. */
function labelText(labels: Labels, last?: string): string {
  const names = Object.keys(labels)
  if (names.length === 0) return ''
  names.sort((a, b) => (a === last ? 1 : b === last ? -1 : a < b ? -1 : 1))
  return `{${names.map((name) => `${name}="${escapeLabel(labels[name] ?? '')}"`).join(',')}}`
}

function escapeLabel(value: string): string {
  return value.replace(/[\\"\n]/g, (char) => (char === '\n' ? String.raw`\n` : `\\${char}`))
}

function seriesKey(labels: Labels): string {
  return labelText(labels)
}
