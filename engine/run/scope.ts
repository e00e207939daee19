import type { Clock } from '../base/clock.ts'
import type { Json, JsonObject } from '../base/json.ts'
import { randomFrom } from '../base/random.ts'
import { parseDuration } from '../base/duration.ts'
import { Broken } from '../base/failure.ts'
import type { Expressions } from '../expressions/expressions.ts'
import { ExpressionError } from '../expressions/expression-error.ts'
import type { CelValue } from '../expressions/types.ts'
import { toCel } from '../expressions/values.ts'
import type { Binding } from '../scenario/scenario.ts'
import type { Span } from '../base/span.ts'

export interface ScopeOptions {
  readonly expressions: Expressions
  readonly clock: Clock
  /** What every step may read from the start: `ns`, `run`, `case` … as JSON. */
  readonly names: JsonObject
  readonly gateway: Readonly<Record<string, CelValue>>
  /** Makes `unique()` repeatable. */
  readonly seed: readonly (string | number)[]
  readonly env: (name: string) => string
  readonly spanOf: (path: string) => Span
}

/** The names of one attempt and their values. Grows as steps store their results. */
export class Scope {
  readonly #options: ScopeOptions
  readonly #names: Record<string, CelValue>
  readonly #vars: Record<string, CelValue> = Object.create(null) as Record<string, CelValue>

  constructor(options: ScopeOptions) {
    this.#options = options
    const names = toCel(options.names) as Record<string, CelValue>
    this.#names = { ...names, gateway: options.gateway, vars: this.#vars }
  }

  /** Evaluates a file's `vars`, in order; only here may `unique()` and `env()` be called. */
  bindVars(vars: readonly Binding[]): void {
    const { clock, seed, env } = this.#options
    const random = randomFrom(...seed)
    const hooks = { wall: () => clock.wall(), unique: (base: string) => `${base}-${random.word(8)}`, env }
    for (const { name, value } of vars) {
      this.#vars[name] = this.#guard(`vars.${name}`, () =>
        this.#options.expressions.resolveValue(value, { names: this.#names, hooks }),
      )
    }
  }

  setVars(tree: JsonObject, path: string): void {
    for (const [name, value] of Object.entries(tree)) {
      this.#vars[name] = this.#guard(`${path}.${name}`, () =>
        this.#options.expressions.resolveValue(value, this.#values({})),
      )
    }
  }

  store(name: string, value: Json): void {
    this.#names[name] = toCel(value)
  }

  has(name: string): boolean {
    return name in this.#names
  }

  /** Every template of a tree evaluated; `path` is where the tree stands in its file. */
  resolve(tree: Json, path: string, extra: JsonObject = {}): Json {
    return this.#guard(path, () => this.#options.expressions.resolve(tree, this.#values(extra)))
  }

  evaluate(expression: string, it: unknown, path: string): unknown {
    return this.#guard(path, () =>
      this.#options.expressions.evaluate(expression, this.#values({ it: it as Json })),
    )
  }

  #values(extra: JsonObject) {
    const { clock } = this.#options
    const names = { ...this.#names, ...(toCel(extra) as Record<string, CelValue>) }
    return { names, hooks: { wall: () => clock.wall() } }
  }

  #guard<T>(path: string, evaluate: () => T): T {
    try {
      return evaluate()
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      const place = [path, ...(error.path ?? [])].join('.')
      const hint = error.hint === undefined ? [] : [error.hint]
      throw new Broken({
        code: error.code,
        message: error.message,
        span: this.#options.spanOf(place),
        notes: hint,
        cause: error,
      })
    }
  }
}

/** Settings as expressions see them: durations as durations. */
export function settingsForExpressions(
  settings: Readonly<Record<string, string | number>>,
  fields: Readonly<Record<string, { readonly type: string }>>,
  expressions: Expressions,
): Readonly<Record<string, CelValue>> {
  const convert = (name: string, value: string | number): CelValue =>
    fields[name]?.type === 'duration' && parseDuration(String(value)) !== undefined
      ? expressions.evaluate(`duration('${value}')`, { names: {}, hooks: { wall: () => 0 } })
      : toCel(value)
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, convert(name, value)]))
}
