import type { ScopeTypes, TypeDescription } from '../expressions/types.ts'

/** The names that expressions may use at one place of a file, and their types. Grows from step to step. */
export class Scope {
  #types: ScopeTypes
  /** Expressions keep what they derive from a scope by its identity, so equal scopes should be one. */
  readonly #inner = new Map<string, ScopeTypes>()

  constructor(types: ScopeTypes) {
    this.#types = types
  }

  get types(): ScopeTypes {
    return this.#types
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#types, name)
  }

  bind(name: string, type: TypeDescription): void {
    this.#types = { ...this.#types, [name]: type }
    this.#inner.clear()
  }

  /** Adds variables; one that is set to another type may hold anything. */
  mergeVars(added: TypeDescription): void {
    const known = this.#types['vars']
    if (typeof known !== 'object' || typeof added !== 'object') return
    const fields = Object.entries(added.fields).map(([name, type]) => {
      const before = known.fields[name]
      return [name, before === undefined || before === type ? type : 'dyn'] as const
    })
    this.bind('vars', { fields: { ...known.fields, ...Object.fromEntries(fields) } })
  }

  /** With further names that hold for one piece of the file. */
  with(names: ScopeTypes): ScopeTypes {
    const key = JSON.stringify(names)
    const known = this.#inner.get(key)
    if (known !== undefined) return known
    const types = { ...this.#types, ...names }
    this.#inner.set(key, types)
    return types
  }
}
