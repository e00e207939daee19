import { Environment, EvaluationError, type ObjectSchema } from '@marcbachmann/cel-js'

import { located } from './located.ts'
import { registerOperators } from './operators.ts'
import { compilePattern, type Pattern } from './pattern.ts'
import { bindingOf, walk, type ASTNode } from './syntax-tree.ts'
import type { CelValue, ExpressionFunction, Hooks, ScopeTypes, TypeDescription, TypeName } from './types.ts'

/** Limits of `language.md` §9. */
export const expressionLimits = { characters: 4096, nodes: 2000, depth: 64, loops: 2, items: 1000 } as const

/** A handler that is not declared synchronous is taken for a promise and slowed down. */
const SYNC = { async: false } as const

/** Built-ins cannot be replaced, so ours have this prefix and calls are renamed in the syntax tree. */
const OWN = 'own_'
const MATCHES = `${OWN}matches`
const LIMITED = `${OWN}limited`

/** The word an author knows a function by. */
export function shownName(text: string): string {
  return text.replaceAll(OWN, '')
}

/** Two environments over one set of functions: a strict one to check with, a loose one to evaluate in. */
export class Language {
  /** Names that may be called, as authors write them: functions and, after a dot, methods. */
  readonly functions: ReadonlySet<string>
  readonly methods: ReadonlySet<string>
  readonly #strict: Environment
  readonly #loose: Environment
  readonly #renamed: ReadonlySet<string>

  /** `hooks` gives the effects of the evaluation that is going on. */
  constructor(functions: readonly ExpressionFunction[], hooks: () => Hooks) {
    const plain = new Environment(options(false)).getDefinitions().functions
    const builtIn = new Set(plain.filter((each) => each.receiverType === null).map((each) => each.name))
    this.methods = new Set(plain.filter((each) => each.receiverType !== null).map((each) => each.name))
    this.functions = new Set([...builtIn, ...functions.map((each) => each.name)])
    this.#renamed = new Set(functions.map((each) => each.name).filter((name) => builtIn.has(name)))
    const make = (loose: boolean): Environment => {
      const environment = new Environment(options(loose))
      registerOperators(environment)
      registerOwn(environment)
      for (const each of functions) register(environment, each, { name: this.#nameOf(each.name), hooks })
      return environment
    }
    this.#strict = make(false)
    this.#loose = make(true)
  }

  /** Throws the library's ParseError. */
  parse(text: string): ASTNode {
    return this.#loose.parse(text).ast
  }

  /** An environment that knows the names of a scope and their types. */
  typed(scope: ScopeTypes): Environment {
    const environment = this.#strict.clone()
    for (const [name, type] of Object.entries(scope)) {
      if (typeof type === 'string') environment.registerVariable(name, celType(type))
      else environment.registerVariable({ name, schema: schemaOf(type.fields) })
    }
    return environment
  }

  /** The result of the static check; it never throws. */
  check(text: string, typed: Environment): ReturnType<Environment['check']> {
    const program = typed.parse(text)
    this.#rename(program.ast)
    return program.check()
  }

  /** A program to be run with the values of its names; the library's errors come out of parsing and running. */
  compile(text: string): (names: Readonly<Record<string, CelValue>>) => unknown {
    const program = this.#loose.parse(text)
    this.#rename(program.ast)
    this.#limitLoops(program.ast)
    return program
  }

  #nameOf(name: string): string {
    return this.#renamed.has(name) ? `${OWN}${name}` : name
  }

  #rename(root: ASTNode): void {
    walk(root, (node) => {
      if (node.op === 'call') node.args[0] = this.#nameOf(node.args[0])
      else if (node.op === 'rcall' && node.args[0] === 'matches') node.args[0] = MATCHES
    })
  }

  /** The lists that loops inside each other go through are limited: without that they multiply. */
  #limitLoops(root: ASTNode): void {
    const loops: { node: ASTNode; nested: boolean }[] = []
    walk(root, (node, context) => {
      if (bindingOf(node)?.loop === true) loops.push({ node, nested: context.loops > 0 })
    })
    if (!loops.some(({ nested }) => nested)) return
    for (const { node } of loops) {
      const expansion = expansionOf(node)
      if (expansion !== undefined) expansion.args.iterable = this.#limited(expansion.args.iterable)
    }
  }

  #limited(list: ASTNode): ASTNode {
    const call = this.#loose.parse(`${LIMITED}(x)`).ast
    if (call.op === 'call') call.args[1][0] = list
    const { start, end } = list
    return Object.assign(call, { start, end, pos: start })
  }
}

interface Expansion {
  readonly args: { iterable: ASTNode }
}

/** The parser has already made a loop of the macro, and this is what is run; the typings do not show it. */
function expansionOf(node: ASTNode): Expansion | undefined {
  return (node as unknown as { readonly meta: { readonly alternate?: Expansion } }).meta.alternate
}

function options(loose: boolean): ConstructorParameters<typeof Environment>[0] {
  const { nodes, depth, items } = expressionLimits
  return {
    unlistedVariablesAreDyn: loose,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: { maxAstNodes: nodes, maxDepth: depth, maxListElements: items, maxMapEntries: items },
  }
}

interface Registration {
  readonly name: string
  readonly hooks: () => Hooks
}

function register(
  environment: Environment,
  definition: ExpressionFunction,
  { name, hooks }: Registration,
): void {
  const parameters = definition.parameters.map(({ type }) => celType(type)).join(', ')
  const run = (...args: CelValue[]): CelValue => located(() => definition.run(args, hooks()))
  environment.registerFunction(`${name}(${parameters}): ${celType(definition.result)}`, run, SYNC)
}

function registerOwn(environment: Environment): void {
  const patterns = new Map<string, Pattern>()
  const matches = (text: string, source: string): boolean => {
    const known = patterns.get(source)
    const pattern = known ?? located(() => compilePattern(source))
    if (known === undefined && patterns.size < 500) patterns.set(source, pattern)
    return pattern.test(text)
  }
  environment.registerFunction(`string.${MATCHES}(string): bool`, matches, SYNC)
  environment.registerFunction(`${LIMITED}(dyn): dyn`, limited, SYNC)
}

function limited(list: unknown): unknown {
  const { items } = expressionLimits
  if (!Array.isArray(list) || list.length <= items) return list
  const message = `a list of ${list.length} in loops inside each other: expected at most ${items}`
  throw new EvaluationError({ code: 'list_too_long', message })
}

function schemaOf(fields: ScopeTypes): ObjectSchema {
  return Object.fromEntries(
    Object.entries(fields).map(([name, type]) => [
      name,
      typeof type === 'string' ? celType(type) : schemaOf(type.fields),
    ]),
  )
}

const CEL_TYPES: Partial<Record<TypeName, string>> = {
  duration: 'google.protobuf.Duration',
  timestamp: 'google.protobuf.Timestamp',
}

function celType(type: TypeName): string {
  return CEL_TYPES[type] ?? type
}

/** A type as the library names it, in our words; what we have no word for is `dyn`. */
export function typeOfCel(name: string): TypeDescription {
  const own = Object.entries(CEL_TYPES).find(([, cel]) => cel === name)?.[0] ?? name.replace(/<.*$/, '')
  return isTypeName(own) ? own : 'dyn'
}

const TYPE_NAMES: ReadonlySet<string> = new Set<TypeName>(
  'dyn string int double bool bytes duration timestamp list map'.split(' ') as TypeName[],
)

function isTypeName(name: string): name is TypeName {
  return TYPE_NAMES.has(name)
}
