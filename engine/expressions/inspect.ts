import { readDuration } from './durations.ts'
import { expressionLimits } from './environment.ts'
import { didYouMean, typeNames } from './names.ts'
import { patternIssue } from './pattern.ts'
import { bindingOf, loopArguments, memberName, walk, type ASTNode, type Context } from './syntax-tree.ts'
import type { ExpressionIssue, ScopeTypes } from './types.ts'

/** What an expression is looked at against. */
export interface Surroundings {
  readonly text: string
  readonly scope: ScopeTypes
  readonly functions: ReadonlySet<string>
  readonly methods: ReadonlySet<string>
  /** Functions that may not be called here. */
  readonly barred: ReadonlySet<string>
}

/** What the library's check leaves out, or says so that an author cannot find the slip. All of it, not the first. */
export function inspect(root: ASTNode, around: Surroundings): ExpressionIssue[] {
  const issues: ExpressionIssue[] = []
  walk(root, (node, context) => {
    issues.push(
      ...inspectName(node, context, around),
      ...inspectMember(node, context, around),
      ...inspectCall(node, around),
      ...inspectLiteral(node),
      ...inspectLoop(node, context, around),
    )
  })
  return issues
}

function inspectName(node: ASTNode, { bound, parent }: Context, { scope }: Surroundings): ExpressionIssue[] {
  if (node.op !== 'id' || bound.has(node.args)) return []
  const name = node.args
  const place = { start: node.start, end: node.end }
  if (!Object.hasOwn(scope, name)) {
    if (typeNames.has(name)) return []
    const message = `${name}: no such name here`
    return [
      { code: 'UNKNOWN_NAME', ...place, message, ...didYouMean(name, [...Object.keys(scope), ...bound]) },
    ]
  }
  const type = scope[name]
  const isRead = parent !== undefined && memberAccess(parent) === node
  if (typeof type !== 'object' || isRead) return []
  const member = Object.keys(type.fields)[0] ?? 'name'
  return [
    {
      code: 'BARE_ROOT',
      ...place,
      message: `${name}: expected one of its members, such as ${name}.${member}`,
    },
  ]
}

function inspectMember(
  node: ASTNode,
  { bound, optional }: Context,
  { scope }: Surroundings,
): ExpressionIssue[] {
  const name = memberName(node)
  if (name === undefined || optional || node.op === '.?' || node.op === '[?]') return []
  const owner = pathOf(node).slice(0, -1)
  if (owner.length === 0 || bound.has(owner[0] ?? '')) return []
  const fields = fieldsAt(scope, owner)
  if (fields === undefined || Object.hasOwn(fields, name)) return []
  const end = node.op === '.' ? node.end : node.end - 1
  const start = node.op === '.' ? end - name.length : end - name.length - 2
  const message = `${name}: ${owner.join('.')} has no such member`
  return [{ code: 'UNKNOWN_MEMBER', start, end, message, ...didYouMean(name, Object.keys(fields)) }]
}

function inspectCall(node: ASTNode, around: Surroundings): ExpressionIssue[] {
  if (node.op === 'rcall') return inspectMethod(node, around)
  if (node.op !== 'call') return []
  const [name] = node.args
  const place = { start: node.start, end: node.start + name.length }
  if (around.barred.has(name)) {
    const hint = 'make a variable of it'
    return [{ code: 'NOT_HERE', ...place, message: `${name}() is allowed only in vars`, hint }]
  }
  if (around.functions.has(name)) return []
  const afterDot = { hint: `write it after a dot: value.${name}(…)` }
  const hint = around.methods.has(name) ? afterDot : didYouMean(name, around.functions)
  return [{ code: 'UNKNOWN_FUNCTION', ...place, message: `${name}: no such function`, ...hint }]
}

function inspectMethod(node: ASTNode & { readonly op: 'rcall' }, around: Surroundings): ExpressionIssue[] {
  const [name, receiver, args] = node.args
  const start = around.text.indexOf(name, receiver.end)
  const place = { start, end: start + name.length }
  if (!around.methods.has(name)) {
    const before = { hint: `write it before the value: ${name}(…)` }
    const hint = around.functions.has(name) ? before : didYouMean(name, around.methods)
    return [{ code: 'UNKNOWN_FUNCTION', ...place, message: `${name}: no such method`, ...hint }]
  }
  const wanted = loopArguments(name)
  if (wanted === undefined || wanted.includes(args.length)) return []
  const message = `${name}: expected a name for the elements and an expression, such as ${name}(x, …)`
  return [{ code: 'WRONG_ARGUMENTS', ...place, message }]
}

const LITERALS: Readonly<
  Record<string, { readonly code: string; readonly wrong: (text: string) => string | undefined }>
> = {
  duration: {
    code: 'BAD_DURATION',
    wrong: (text) =>
      readDuration(text) === undefined ? `${text}: expected a duration like 5s or 1h30m` : undefined,
  },
  timestamp: {
    code: 'BAD_TIMESTAMP',
    wrong: (text) =>
      Number.isNaN(Date.parse(text)) ? `${text}: expected a time like 2025-11-24T12:00:00Z` : undefined,
  },
  matches: {
    code: 'BAD_PATTERN',
    wrong: (text) => {
      const wrong = patternIssue(text)
      return wrong === undefined ? undefined : `bad regular expression: ${wrong}`
    },
  },
}

/** Durations, times and patterns that are written out are read now, not when the step runs. */
function inspectLiteral(node: ASTNode): ExpressionIssue[] {
  if (node.op !== 'call' && node.op !== 'rcall') return []
  const [name] = node.args
  const literal = (node.op === 'call' ? node.args[1] : node.args[2])[0]
  const rule = Object.hasOwn(LITERALS, name) ? LITERALS[name] : undefined
  if (rule === undefined || literal?.op !== 'value' || typeof literal.args !== 'string') return []
  const message = rule.wrong(literal.args)
  return message === undefined ? [] : [{ code: rule.code, start: literal.start, end: literal.end, message }]
}

function inspectLoop(node: ASTNode, { bound, loops }: Context, { scope }: Surroundings): ExpressionIssue[] {
  const binding = bindingOf(node)
  if (binding === undefined) return []
  const { name, variable } = binding
  const place = { start: variable.start, end: variable.end }
  if (Object.hasOwn(scope, name) || bound.has(name) || typeNames.has(name)) {
    return [
      { code: 'SHADOWED', ...place, message: `${name}: this name is taken`, hint: 'choose another one' },
    ]
  }
  if (!binding.loop || loops < expressionLimits.loops) return []
  const message = `too many loops inside each other: expected at most ${expressionLimits.loops} of all, exists, exists_one, map and filter`
  return [{ code: 'TOO_NESTED', start: node.start, end: node.end, message }]
}

/** The node whose member is read. */
function memberAccess(node: ASTNode): ASTNode | undefined {
  const isAccess = node.op === '.' || node.op === '.?' || node.op === '[]' || node.op === '[?]'
  return isAccess ? node.args[0] : undefined
}

/** `['reply', 'last', 'body']` for `reply.last.body`; empty when it does not begin with a name. */
export function pathOf(node: ASTNode): string[] {
  if (node.op === 'id') return [node.args]
  const owner = memberAccess(node)
  const name = memberName(node)
  if (owner === undefined || name === undefined) return []
  const path = pathOf(owner)
  return path.length === 0 ? [] : [...path, name]
}

function fieldsAt(scope: ScopeTypes, path: readonly string[]): ScopeTypes | undefined {
  let fields: ScopeTypes | undefined = scope
  for (const name of path) {
    const type: ScopeTypes[string] | undefined =
      fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined
    fields = typeof type === 'object' ? type.fields : undefined
  }
  return fields
}
