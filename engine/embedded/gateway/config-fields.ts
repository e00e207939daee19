import { parseDuration } from '../../base/duration.ts'
import { valueAt } from '../../base/json.ts'

/** Typed reading of a YAML tree; what is wrong is noted once, under its dotted name. */
export class ConfigFields {
  readonly #root: unknown
  readonly #problems: string[]

  constructor(root: unknown, problems: string[]) {
    this.#root = root
    this.#problems = problems
  }

  text(path: readonly string[]): string {
    const value = this.#at(path)
    if (value === undefined) return ''
    if (typeof value === 'string') return value
    if (typeof value === 'number' || typeof value === 'boolean') return String(value)
    this.#wrong(path, 'a text', value)
    return ''
  }

  integer(path: readonly string[]): number {
    const value = this.#at(path)
    if (value === undefined) return 0
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value
    this.#wrong(path, 'a whole number', value)
    return 0
  }

  duration(path: readonly string[]): number {
    const value = this.#at(path)
    if (value === undefined) return 0
    const ms = value === '0' ? 0 : typeof value === 'string' ? parseDuration(value) : undefined
    if (ms === undefined) this.#wrong(path, 'a duration such as 5s', value)
    return ms ?? 0
  }

  /** Settings that have no effect are type-checked all the same. */
  checkIgnored(): void {
    this.duration(['processing', 'storm', 'aggregation_window'])
    this.text(['processing', 'environment', 'configmap_name'])
    this.text(['processing', 'environment', 'configmap_namespace'])
  }

  #at(path: readonly string[]): unknown {
    return valueAt(this.#root, path) ?? undefined
  }

  #wrong(path: readonly string[], expected: string, value: unknown): void {
    this.#problems.push(`${path.join('.')}: expected ${expected}, got ${JSON.stringify(value)}`)
  }
}
