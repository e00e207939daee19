import type { ASTNode } from '@marcbachmann/cel-js'

export type { ASTNode }

/** Macros that bind a variable: their first argument is its name, seen by the arguments after it. */
const LOOPS: ReadonlyMap<string, readonly number[]> = new Map([
  ['all', [2]],
  ['exists', [2]],
  ['exists_one', [2]],
  ['map', [2, 3]],
  ['filter', [2]],
])

/** How many arguments a loop may have; undefined for what is no loop. */
export function loopArguments(method: string): readonly number[] | undefined {
  return LOOPS.get(method)
}

/** What is known at a node on the way down. */
export interface Context {
  /** Variables of the macros around it. */
  readonly bound: ReadonlySet<string>
  /** How many loops are around it. */
  readonly loops: number
  /** The node it stands in. */
  readonly parent?: ASTNode
  /** Inside `has(…)`, where a member may be missing. */
  readonly optional: boolean
}

/** A macro call with the variable that it binds. */
export interface Binding {
  readonly variable: ASTNode
  readonly name: string
  readonly before: readonly ASTNode[]
  readonly inside: readonly ASTNode[]
  readonly loop: boolean
}

/** Calls `visit` for every node that stands for itself, outermost first; names that a macro binds are not visited. */
export function walk(root: ASTNode, visit: (node: ASTNode, context: Context) => void): void {
  step(root, { bound: new Set(), loops: 0, optional: false })

  function step(node: ASTNode, context: Context): void {
    visit(node, context)
    const binding = bindingOf(node)
    const below = { ...context, parent: node, optional: context.optional || isCall(node, 'has') }
    if (binding === undefined) {
      for (const child of childrenOf(node)) step(child, below)
      return
    }
    for (const child of binding.before) step(child, below)
    const bound = new Set([...context.bound, binding.name])
    const inner = { ...below, bound, loops: context.loops + (binding.loop ? 1 : 0) }
    for (const child of binding.inside) step(child, inner)
  }
}

/** `list.map(x, …)` and `cel.bind(x, value, …)`. */
export function bindingOf(node: ASTNode): Binding | undefined {
  if (node.op !== 'rcall') return undefined
  const [method, receiver, args] = node.args
  const [variable, ...rest] = args
  if (variable?.op !== 'id') return undefined
  const name = variable.args
  if (LOOPS.has(method)) return { variable, name, before: [receiver], inside: rest, loop: true }
  const isBind = method === 'bind' && receiver.op === 'id' && receiver.args === 'cel'
  return isBind
    ? { variable, name, before: [receiver, ...rest.slice(0, 1)], inside: rest.slice(1), loop: false }
    : undefined
}

export function isCall(node: ASTNode, name: string): boolean {
  return node.op === 'call' && node.args[0] === name
}

export function childrenOf(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return []
    case '.':
    case '.?':
      return [node.args[0]]
    case 'call':
      return node.args[1]
    case 'rcall':
      return [node.args[1], ...node.args[2]]
    case 'map':
      return node.args.flat()
    case '!_':
    case '-_':
      return [node.args]
    default:
      return node.args
  }
}

/** The name of the member that a node reads, when it is written out: `a.b`, `a['b']`. */
export function memberName(node: ASTNode): string | undefined {
  if (node.op === '.' || node.op === '.?') return node.args[1]
  if (node.op !== '[]' && node.op !== '[?]') return undefined
  const [, index] = node.args
  return index.op === 'value' && typeof index.args === 'string' ? index.args : undefined
}
