import type { Clock } from '../../base/clock.ts'
import type { Behaviour } from './behaviour.ts'
import { metricDefinitions, type MetricName } from './metric-definitions.ts'
import { MetricsRegistry, type Labels } from './metrics-registry.ts'

/** The metrics of one gateway. */
export class Metrics {
  readonly #registry = new MetricsRegistry<MetricName>(metricDefinitions)
  readonly #moves: Behaviour['moves']
  readonly #clock: Clock
  readonly #readers: (() => void)[] = []

  constructor(moves: Behaviour['moves'], clock: Clock) {
    this.#moves = moves
    this.#clock = clock
    this.set('go_info', 1, { version: process.version })
    this.set('go_threads', 1)
    this.set('process_start_time_seconds', clock.wall() / 1000)
  }

  add(name: MetricName, labels: Labels = {}, amount = 1): void {
    if (this.#moves(name)) this.#registry.add(name, amount, labels)
  }

  set(name: MetricName, value: number, labels: Labels = {}): void {
    if (this.#moves(name)) this.#registry.set(name, value, labels)
  }

  observe(name: MetricName, seconds: number, labels: Labels = {}): void {
    if (this.#moves(name)) this.#registry.observe(name, seconds, labels)
  }

  /** Runs an operation and observes how long it took, whatever came of it. */
  async timed<T>(operation: string, run: () => Promise<T>): Promise<T> {
    const start = this.#clock.now()
    try {
      return await run()
    } finally {
      const seconds = (this.#clock.now() - start) / 1000
      this.observe('gateway_redis_operation_duration_seconds', seconds, { operation })
    }
  }

  value(name: MetricName, labels: Labels = {}): number {
    return this.#registry.value(name, labels)
  }

  /** For gauges that are cheaper to read than to keep: `read` sets them whenever somebody asks for the text. */
  beforeText(read: () => void): void {
    this.#readers.push(read)
  }

  text(): string {
    for (const read of this.#readers) read()
    return this.#registry.text()
  }
}
