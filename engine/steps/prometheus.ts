/** One series of a scrape. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export type Samples = readonly Sample[]

const LINE = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/
const LABEL = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"\s*,?\s*/y
const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['+Inf', Infinity],
  ['Inf', Infinity],
  ['-Inf', -Infinity],
  ['NaN', NaN],
])

/** The Prometheus text format, version 0.0.4; comments are passed over. */
export function readSamples(
  text: string,
): { readonly ok: true; readonly samples: Samples } | { readonly ok: false; readonly problem: string } {
  try {
    return { ok: true, samples: parseSamples(text) }
  } catch (error) {
    if (!(error instanceof NotMetrics)) throw error
    return { ok: false, problem: error.message }
  }
}

class NotMetrics extends Error {}

function parseSamples(text: string): Samples {
  return text.split('\n').flatMap((line, index) => {
    const trimmed = line.trim()
    return trimmed === '' || trimmed.startsWith('#') ? [] : [parseLine(trimmed, index + 1)]
  })
}

function parseLine(line: string, number: number): Sample {
  const [, name, labels, value] = LINE.exec(line) ?? []
  const parsed = SPECIAL.get(value ?? '') ?? Number(value)
  if (name === undefined || (Number.isNaN(parsed) && value !== 'NaN')) {
    throw new NotMetrics(`line ${number} of the metrics is not a sample: ${line.slice(0, 120)}`)
  }
  return { name, labels: parseLabels(labels ?? '', number), value: parsed }
}

function parseLabels(text: string, number: number): Record<string, string> {
  const labels: Record<string, string> = {}
  LABEL.lastIndex = 0
  while (LABEL.lastIndex < text.length) {
    const [, name, value] = LABEL.exec(text) ?? []
    if (name === undefined || value === undefined)
      throw new NotMetrics(`line ${number} of the metrics has a broken label: {${text}}`)
    labels[name] = value.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped))
  }
  return labels
}

/** Series of this name that carry at least these labels. */
export function select(samples: Samples, name: string, labels: Readonly<Record<string, string>>): Samples {
  const wanted = Object.entries(labels)
  return samples.filter(
    (sample) => sample.name === name && wanted.every(([label, value]) => sample.labels[label] === value),
  )
}

export function sum(samples: Samples): number {
  return samples.reduce((total, { value }) => total + value, 0)
}

/**
 * How much the sum of these series grew since the baseline; a series that was not there counts from 0, and one that is
 * lower than before was reset and counts whole.
 */
export function increase(before: Samples, after: Samples): number {
  const key = ({ labels }: Sample): string => JSON.stringify(Object.entries(labels).sort())
  const start = new Map(before.map((sample) => [key(sample), sample.value]))
  return after.reduce((total, sample) => {
    const from = start.get(key(sample)) ?? 0
    return total + (sample.value < from ? sample.value : sample.value - from)
  }, 0)
}

/** Every client library of Prometheus exposes it, where the system tells it. */
const STARTED = 'process_start_time_seconds'

/** Whether another process counts now: it says when it began, or a counter, which only grows, is lower or away. */
export function beganAnew(before: Samples, after: Samples): boolean {
  const [then, now] = [before, after].map((samples) => samples.find(({ name }) => name === STARTED)?.value)
  if (then !== undefined && now !== undefined) return then !== now
  const key = ({ name, labels }: Sample): string => JSON.stringify([name, Object.entries(labels).sort()])
  const later = new Map(after.map((sample) => [key(sample), sample.value]))
  return before
    .filter(({ name, value }) => /_(total|count)$/.test(name) && value > 0)
    .some((sample) => (later.get(key(sample)) ?? 0) < sample.value)
}
