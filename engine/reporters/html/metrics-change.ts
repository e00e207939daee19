import type { Exchange } from '../../events/event.ts'
import type { MetricsChange } from './model.ts'

interface Scrape {
  readonly at: number
  readonly samples: ReadonlyMap<string, number>
}

/** Keeps the first and the last metrics that were read, whatever their path is. */
export class Metrics {
  #first: Scrape | undefined
  #last: Scrape | undefined

  see({ body }: Exchange, at: number): void {
    if (body === undefined || !/^# (?:HELP|TYPE) /m.test(body.slice(0, 2000))) return
    const scrape = { at, samples: samplesOf(body) }
    this.#first ??= scrape
    this.#last = scrape
  }

  /** Absent where metrics were not read twice. */
  change(): MetricsChange | undefined {
    const [first, last] = [this.#first, this.#last]
    if (first === undefined || last === undefined || first === last) return undefined
    const names = [...new Set([...first.samples.keys(), ...last.samples.keys()])].sort()
    const series = names.flatMap((name) => {
      const [before, after] = [first.samples.get(name), last.samples.get(name)]
      if (before === after) return []
      return [
        { name, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) },
      ]
    })
    return { from: first.at, to: last.at, series }
  }
}

/** Series with its labels → value. A body that was cut has a last line that is not whole. */
function samplesOf(body: string): ReadonlyMap<string, number> {
  const samples = new Map<string, number>()
  for (const line of body.split('\n').slice(0, -1)) {
    const [, name, value] = /^([A-Za-z_:][^\s{]*(?:\{.*\})?)\s+(\S+)/.exec(line) ?? []
    if (name !== undefined && !Number.isNaN(Number(value))) samples.set(name, Number(value))
  }
  return samples
}
