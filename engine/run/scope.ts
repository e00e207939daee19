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
import type { Introduced } from '../steps/nested.ts'
import type { Samples } from '../steps/prometheus.ts'

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
  /** As expressions see them, once one is evaluated. */
  #known: Record<string, CelValue> | undefined
  readonly #vars: Record<string, CelValue>
  readonly #values: Record<string, Json> = {}
  readonly #moments: Record<string, Samples> = {}
  readonly #outer: Scope | undefined
  readonly #uniques: string[] = []

  constructor(options: ScopeOptions, outer?: Scope) {
    this.#options = options
    this.#outer = outer
    this.#vars = outer === undefined ? (Object.create(null) as Record<string, CelValue>) : outer.#vars
    // What is known outside now, not what will be.
    if (outer !== undefined) this.#known = this.#withOwn(outer.#names)
  }

  get #names(): Record<string, CelValue> {
    return (this.#known ??= this.#withOwn({}))
  }

  #withOwn(known: Readonly<Record<string, CelValue>>): Record<string, CelValue> {
    const { names, gateway } = this.#options
    const own = toCel(names) as Record<string, CelValue>
    return { ...known, ...own, gateway, vars: this.#vars }
  }

  /** A scope within this one: it sees what is known here, shares the variables, and keeps what it introduces to itself. */
  inner(names: JsonObject): Scope {
    return new Scope({ ...this.#options, names }, this)
  }

  /** A scope of its own, for a template: it sees these names and no others. */
  apart(names: Readonly<Record<string, CelValue>>, spanOf: ScopeOptions['spanOf']): Scope {
    const scope = new Scope({ ...this.#options, names: {}, spanOf })
    Object.assign(scope.#names, names)
    scope.#uniques.push(...this.uniques)
    return scope
  }

  /** Evaluates a file's `vars`, in order; only here may `unique()` and `env()` be called. */
  bindVars(vars: readonly Binding[]): void {
    const { clock, seed, env } = this.#options
    const random = randomFrom(...seed)
    const unique = (base: string): string => {
      const name = `${base}-${random.word(8)}`
      this.#uniques.push(name)
      return name
    }
    const hooks = { wall: () => clock.wall(), unique, env }
    for (const { name, value } of vars) {
      this.#vars[name] = this.#guard(`vars.${name}`, () =>
        this.#options.expressions.resolveValue(value, { names: this.#names, hooks }),
      )
    }
  }

  /** What `unique()` gave in this attempt. */
  get uniques(): readonly string[] {
    return this.#outer === undefined ? this.#uniques : this.#outer.uniques
  }

  setVars(tree: JsonObject, path: string): void {
    for (const [name, value] of Object.entries(tree)) {
      this.#vars[name] = this.#guard(`${path}.${name}`, () =>
        this.#options.expressions.resolveValue(value, this.#now({})),
      )
    }
  }

  store(name: string, value: Json): void {
    this.#names[name] = toCel(value)
    this.#values[name] = value
  }

  /** Keeps the metrics of this moment under a name. */
  mark(name: string, samples: Samples): void {
    this.#moments[name] = samples
  }

  moment(name: string): Samples | undefined {
    return this.#moments[name] ?? this.#outer?.moment(name)
  }

  /** What steps in this scope have made known. */
  get introduced(): Introduced {
    return { values: this.#values, moments: this.#moments }
  }

  introduce({ values, moments }: Introduced): void {
    for (const [name, value] of Object.entries(values)) this.store(name, value)
    for (const [name, samples] of Object.entries(moments)) this.mark(name, samples)
  }

  has(name: string): boolean {
    return name in this.#names
  }

  /** Every template of a tree evaluated; `path` is where the tree stands in its file. */
  resolve(tree: Json, path: string, extra: JsonObject = {}): Json {
    return this.#guard(path, () => this.#options.expressions.resolve(tree, this.#now(extra)))
  }

  evaluate(expression: string, it: unknown, path: string): unknown {
    return this.#guard(path, () =>
      this.#options.expressions.evaluate(expression, this.#now({ it: it as Json })),
    )
  }

  #now(extra: JsonObject) {
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
