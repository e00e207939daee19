import type { Environment } from '@marcbachmann/cel-js'

import type { Json } from '../base/json.ts'
import { parseTemplate } from '../document/template.ts'
import { expressionLimits, Language, typeOfCel } from './environment.ts'
import { explainCel, throwExplained } from './explain.ts'
import { ExpressionError } from './expression-error.ts'
import { generalFunctions } from './functions.ts'
import { inspect, pathOf } from './inspect.ts'
import { nameIssue, typeNames, type NameIssue } from './names.ts'
import { resolveCel, resolveTree, type Evaluate } from './resolve.ts'
import { walk, type ASTNode } from './syntax-tree.ts'
import { isUsable, nameOf } from './values.ts'
import type {
  CelValue,
  ExpressionFunction,
  ExpressionIssue,
  Hooks,
  Position,
  ScopeTypes,
  TypeDescription,
  Values,
} from './types.ts'

/** What one kind of gateway adds to the language. */
export interface Vocabulary {
  readonly functions: readonly ExpressionFunction[]
  /** Names that every scope has, such as `gateway`. */
  readonly roots: ScopeTypes
}

/** What an expression mentions; macro variables are left out. */
export interface NamesUsed {
  /** First names, in order, each once: `reply`. */
  readonly roots: readonly string[]
  /** Whole ways as far as they are written out: `['reply', 'last', 'body']`. */
  readonly members: readonly (readonly string[])[]
  readonly functions: readonly string[]
}

/** The expression language of scenarios (`language.md` §5). Holds no state but caches; one serves a whole thread. */
export interface Expressions {
  /** Every function that may be called, ours and the vocabulary's, for tooltips and docs. */
  readonly functions: readonly ExpressionFunction[]
  /** Everything wrong with an expression, before it runs. */
  check(text: string, scope: ScopeTypes, position?: Position): readonly ExpressionIssue[]
  /** The same for all `${…}` of a scalar, with offsets in the scalar. */
  checkTemplate(scalar: string, scope: ScopeTypes, position?: Position): readonly ExpressionIssue[]
  /** The type of a correct expression; `dyn` when it is not known before it runs. */
  typeOf(text: string, scope: ScopeTypes): TypeDescription
  /** Empty for a text that is no expression. */
  namesIn(text: string): NamesUsed
  /** What is wrong with a name that a scenario introduces. */
  nameIssue(name: string): NameIssue | undefined
  /** Throws ExpressionError. */
  evaluate(text: string, values: Values): CelValue
  /** Plain JSON with every `${…}` evaluated; `$expr` is left alone. Throws ExpressionError with the path. */
  resolve(tree: unknown, values: Values): Json
  /** The same, keeping the values expressions work on: for `vars` and `as`. */
  resolveValue(tree: unknown, values: Values): CelValue
}

export function createExpressions(vocabulary: Vocabulary): Expressions {
  return new CelExpressions(vocabulary)
}

type Program = (names: Readonly<Record<string, CelValue>>) => unknown

/** A suite has some thousand different expressions; beyond that the oldest is compiled again. */
const PROGRAMS_KEPT = 5000

class CelExpressions implements Expressions {
  readonly functions: readonly ExpressionFunction[]
  readonly #roots: ScopeTypes
  readonly #language: Language
  readonly #typed = new WeakMap<ScopeTypes, { environment: Environment; scope: ScopeTypes }>()
  readonly #programs = new Map<string, Program>()
  readonly #onlyInVars: ReadonlySet<string>
  /** The effects of the evaluation that is going on; evaluation is synchronous and never nested. */
  #hooks: Hooks | undefined

  constructor({ functions, roots }: Vocabulary) {
    this.functions = [...generalFunctions, ...functions]
    this.#roots = roots
    this.#language = new Language(this.functions, () => this.#current())
    this.#onlyInVars = new Set(
      this.functions.filter((each) => each.onlyInVars === true).map((each) => each.name),
    )
  }

  check(text: string, scope: ScopeTypes, position: Position = 'elsewhere'): readonly ExpressionIssue[] {
    const parsed = this.#parse(text)
    if ('code' in parsed) return [parsed]
    const typed = this.#typedScope(scope)
    const { functions, methods } = this.#language
    const barred = position === 'vars' ? new Set<string>() : this.#onlyInVars
    const found = inspect(parsed, { text, scope: typed.scope, functions, methods, barred })
    if (found.length > 0) return found
    const result = this.#language.check(text, typed.environment)
    return result.valid ? [] : [explainCel(result.error, text)]
  }

  checkTemplate(
    scalar: string,
    scope: ScopeTypes,
    position: Position = 'elsewhere',
  ): readonly ExpressionIssue[] {
    const template = parseTemplate(scalar)
    if ('code' in template) return [template]
    return template.parts.flatMap((part) => {
      if ('text' in part) return []
      const issues = this.check(part.expression, scope, position)
      return issues.map((issue) => ({
        ...issue,
        start: issue.start + part.start,
        end: issue.end + part.start,
      }))
    })
  }

  typeOf(text: string, scope: ScopeTypes): TypeDescription {
    if ('code' in this.#parse(text)) return 'dyn'
    const result = this.#language.check(text, this.#typedScope(scope).environment)
    return result.type === undefined ? 'dyn' : typeOfCel(result.type)
  }

  namesIn(text: string): NamesUsed {
    const parsed = this.#parse(text)
    return 'code' in parsed ? { roots: [], members: [], functions: [] } : namesUsed(parsed)
  }

  nameIssue(name: string): NameIssue | undefined {
    return nameIssue(name, this.#language.functions)
  }

  evaluate(text: string, values: Values): CelValue {
    this.#hooks = values.hooks
    try {
      return usable(this.#program(text)(values.names), text)
    } catch (error) {
      return throwExplained(error, text)
    } finally {
      this.#hooks = undefined
    }
  }

  resolve(tree: unknown, values: Values): Json {
    return resolveTree(tree, this.#evaluator(values))
  }

  resolveValue(tree: unknown, values: Values): CelValue {
    return resolveCel(tree, this.#evaluator(values))
  }

  #evaluator(values: Values): Evaluate {
    return (expression) => this.evaluate(expression, values)
  }

  #current(): Hooks {
    if (this.#hooks === undefined) throw new Error('a function was called outside an evaluation')
    return this.#hooks
  }

  #parse(text: string): ASTNode | ExpressionIssue {
    const long = tooLong(text)
    if (long !== undefined) return long
    try {
      return this.#language.parse(text)
    } catch (error) {
      return explainCel(error, text)
    }
  }

  #program(text: string): Program {
    const known = this.#programs.get(text)
    if (known !== undefined) return known
    const long = tooLong(text)
    if (long !== undefined) throw new ExpressionError(long)
    const program = this.#language.compile(text)
    const [oldest] = this.#programs.keys()
    if (this.#programs.size >= PROGRAMS_KEPT && oldest !== undefined) this.#programs.delete(oldest)
    this.#programs.set(text, program)
    return program
  }

  #typedScope(scope: ScopeTypes): { environment: Environment; scope: ScopeTypes } {
    const known = this.#typed.get(scope)
    if (known !== undefined) return known
    const whole = { ...this.#roots, ...scope }
    const typed = { environment: this.#language.typed(whole), scope: whole }
    this.#typed.set(scope, typed)
    return typed
  }
}

function tooLong(text: string): ExpressionIssue | undefined {
  const { characters } = expressionLimits
  if (text.length <= characters) return undefined
  return {
    code: 'TOO_LONG',
    start: 0,
    end: text.length,
    message: `the expression is too long: expected at most ${characters} characters, got ${text.length}`,
  }
}

function namesUsed(root: ASTNode): NamesUsed {
  const roots = new Set<string>()
  const members = new Map<string, readonly string[]>()
  const functions = new Set<string>()
  walk(root, (node, { bound, parent }) => {
    if (node.op === 'call') functions.add(node.args[0])
    const path = pathOf(node)
    const [name] = path
    if (name === undefined || bound.has(name) || typeNames.has(name)) return
    roots.add(name)
    const longer = parent === undefined ? [] : pathOf(parent)
    if (longer.length <= path.length) members.set(path.join('.'), path)
  })
  return { roots: [...roots], members: [...members.values()], functions: [...functions] }
}

/** What no scenario can use as a value is refused where it arises. */
function usable(value: unknown, text: string): CelValue {
  if (isUsable(value)) return value
  const message = `expected a value that can be stored, got ${nameOf(value)}`
  throw new ExpressionError({ code: 'BAD_RESULT', start: 0, end: text.length, message })
}
