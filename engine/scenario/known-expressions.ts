import type { Expressions, NamesUsed } from '../expressions/expressions.ts'
import type { ExpressionIssue, Position, ScopeTypes, TypeDescription } from '../expressions/types.ts'

/** Loops introduce names, which must hide none of the whole scope. */
const LOOPS = /\.(?:all|exists|exists_one|map|filter|bind)\s*\(/

/** A chain of names such as `vars.alert`, as most expressions are. */
const CHAIN = /^\s*[a-z]\w*(?:\.[a-zA-Z_]\w*)*\s*$/

/**
 * Checks expressions, each once: files of a suite say the same things again and again. What an expression does not
 * mention cannot change what is wrong with it, so only the names it uses are looked at, and shared between files.
 */
export class KnownExpressions {
  readonly #expressions: Expressions
  readonly #roots: ScopeTypes
  readonly #names = new Map<string, NamesUsed>()
  /** Shapes of expressions that were found right. */
  readonly #right = new Set<string>()
  readonly #types = new Map<string, TypeDescription>()
  readonly #scopes = new Map<string, ScopeTypes>()

  /** `roots` are the names that every scope has. */
  constructor(expressions: Expressions, roots: ScopeTypes) {
    this.#expressions = expressions
    this.#roots = roots
  }

  nameIssue(name: string): ReturnType<Expressions['nameIssue']> {
    return this.#expressions.nameIssue(name)
  }

  /** What an expression mentions. */
  namesIn(text: string): NamesUsed {
    const shape = shapeOf(text)
    const known = this.#names.get(shape)
    if (known !== undefined) return known
    const names = CHAIN.test(text) ? chainNames(text) : this.#expressions.namesIn(text)
    this.#names.set(shape, names)
    return names
  }

  check(text: string, scope: ScopeTypes, position: Position): readonly ExpressionIssue[] {
    const names = this.namesIn(text)
    const used = LOOPS.test(text) ? undefined : this.#narrowed(names, scope)
    if (used === undefined) return this.#expressions.check(text, scope, position)
    if (CHAIN.test(text) && names.members.every((chain) => isValue(typeAt(chain, used)))) return []
    const key = JSON.stringify(used)
    const shape = `${position} ${key} ${shapeOf(text)}`
    if (this.#right.has(shape)) return []
    const issues = this.#expressions.check(text, this.#shared(key, used), position)
    if (issues.length === 0) this.#right.add(shape)
    return issues
  }

  typeOf(text: string, scope: ScopeTypes): TypeDescription {
    const used = LOOPS.test(text) ? undefined : this.#narrowed(this.namesIn(text), scope)
    if (used === undefined) return this.#expressions.typeOf(text, scope)
    const key = JSON.stringify(used)
    const shape = `${key} ${shapeOf(text)}`
    const known = this.#types.get(shape)
    if (known !== undefined) return known
    const type = this.#expressions.typeOf(text, this.#shared(key, used))
    this.#types.set(shape, type)
    return type
  }

  /** The part of a scope that an expression mentions; undefined when it mentions what the scope has not. */
  #narrowed({ members }: NamesUsed, scope: ScopeTypes): ScopeTypes | undefined {
    const used: Record<string, TypeDescription> = {}
    for (const [root = '', member] of members) {
      const type = Object.hasOwn(scope, root) ? scope[root] : this.#roots[root]
      if (type === undefined) return undefined
      if (typeof type === 'string') used[root] = type
      else if (member === undefined || !Object.hasOwn(type.fields, member)) return undefined
      else used[root] = { fields: { ...fieldsOf(used[root]), [member]: type.fields[member] ?? 'dyn' } }
    }
    return used
  }

  /** Equal scopes are one object, since the library keeps what it derives by identity. */
  #shared(key: string, scope: ScopeTypes): ScopeTypes {
    const known = this.#scopes.get(key)
    if (known !== undefined) return known
    this.#scopes.set(key, scope)
    return scope
  }
}

/** Where the content of a text inside an expression matters to its check: keys, durations, patterns, times. */
const CONTENT_MATTERS = /[[\\"]|duration|matches|timestamp/

/** An expression without the content of its texts, such as `unique('')`: what is right of one is right of all. */
function shapeOf(text: string): string {
  return CONTENT_MATTERS.test(text) ? text : text.replaceAll(/'[^']*'/g, "''")
}

function chainNames(text: string): NamesUsed {
  const chain = text.trim().split('.')
  return { roots: chain.slice(0, 1), members: [chain], functions: [] }
}

function fieldsOf(type: TypeDescription | undefined): ScopeTypes {
  return typeof type === 'object' ? type.fields : {}
}

function typeAt(chain: readonly string[], scope: ScopeTypes): TypeDescription | undefined {
  let type: TypeDescription | undefined = { fields: scope }
  for (const name of chain) {
    if (type === 'dyn') return type
    if (typeof type !== 'object') return undefined
    type = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined
  }
  return type
}

function isValue(type: TypeDescription | undefined): boolean {
  return typeof type === 'string'
}
