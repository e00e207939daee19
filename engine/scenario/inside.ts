import { isObject, type JsonObject } from '../base/json.ts'
import type { ScopeTypes, TypeDescription } from '../expressions/types.ts'
import type { Checking, VerbInput } from './checking.ts'
import { subjectGrammars, type VerbGrammar } from './grammar.ts'
import type { Marked } from './markers.ts'
import { memberOf } from './schema-parts.ts'
import { Scope } from './scope.ts'
import { bindVariables, checkNewName } from './step-names.ts'

export interface InsideInput {
  readonly input: VerbInput
  readonly grammar: VerbGrammar
  readonly subject?: string | undefined
  readonly marked: readonly Marked[]
}

/** The expressions of an input and the steps inside it, with the names they may use. */
export function checkInside(inside: InsideInput, scope: Scope, checking: Checking): void {
  const { input, marked } = inside
  const nested = marked.filter(({ shape }) => shape === 'steps')
  if (input.verb === 'set') {
    bindVariables(input.value, input.path, scope, checking)
    return
  }
  const rounds = roundNames(input, scope, checking)
  checkExpressions(inside, { nested, rounds }, scope, checking)
  if (input.verb === 'parallel') checkBranches(nested, scope, checking)
  else for (const list of nested) checkNested(list, { verb: input.verb, rounds }, { scope, checking })
}

interface Inner {
  readonly nested: readonly Marked[]
  readonly rounds: ScopeTypes
}

function checkExpressions(
  { input, grammar, subject }: InsideInput,
  { nested, rounds }: Inner,
  scope: Scope,
  checking: Checking,
): void {
  const { value, path } = input
  const skip = new Set(nested.map((each) => each.path.join('.')))
  const schemas = [grammar.schema, subjectGrammars.get(subject ?? '')?.schema ?? {}]
  if (!isObject(value)) {
    checking.expressionSlips.checkTree(value, { path, scope: scope.types, schema: grammar.schema }, skip)
    return
  }
  for (const [key, member] of Object.entries(value)) {
    const types = grammar.once.includes(key) || input.verb === 'repeat' ? scope.types : scope.with(rounds)
    const schema =
      signalSchema(key, grammar, checking) ??
      schemas.map((each) => memberOf(each, key)).find((each) => each !== undefined)
    checking.expressionSlips.checkTree(member, { path: [...path, key], scope: types, schema }, skip)
  }
}

function signalSchema(key: string, { schema }: VerbGrammar, { described }: Checking): JsonObject | undefined {
  return schema['$comment'] === 'signals' ? described.description.signals[key]?.schema : undefined
}

interface Loop {
  readonly verb: string
  readonly rounds: ScopeTypes
}

/** Names that steps inside introduce are seen outside, too; out of a loop they are lists. */
function checkNested(
  { path, value }: Marked,
  { verb, rounds }: Loop,
  { scope, checking }: { readonly scope: Scope; readonly checking: Checking },
): void {
  const inner = new Scope(scope.with(rounds))
  checking.checkSteps(value, path, inner)
  const { vars } = inner.types
  if (vars !== undefined) scope.bind('vars', vars)
  for (const [name, type] of Object.entries(inner.types)) {
    if (!scope.has(name) && !Object.hasOwn(rounds, name)) scope.bind(name, verb === 'repeat' ? 'dyn' : type)
  }
}

/** No branch sees the names of another; after them all are seen, so no two may be equal. */
function checkBranches(branches: readonly Marked[], scope: Scope, checking: Checking): void {
  const before = scope.types
  for (const { path, value } of branches) {
    const branch = new Scope(before)
    checking.checkSteps(value, path, branch)
    for (const [name, type] of Object.entries(branch.types)) {
      if (name === 'vars') scope.mergeVars(type)
      else if (Object.hasOwn(before, name)) continue
      else if (!scope.has(name)) scope.bind(name, type)
      else {
        const message = `${String(path.at(-1))}: a result in another branch is called ${name}, too`
        checking.slips.add({
          code: 'SHADOWED',
          path: path.slice(0, -1),
          key: String(path.at(-1)),
          message,
          hint: 'choose another name',
        })
      }
    }
  }
}

/** What each round of a loop adds: `i`, the row where there are rows, and what the loop calls itself. */
function roundNames({ verb, value, path }: VerbInput, scope: Scope, checking: Checking): ScopeTypes {
  if ((verb !== 'send' && verb !== 'repeat') || !isObject(value)) return {}
  const { each, as } = value
  const isNamed =
    verb === 'repeat' && typeof as === 'string' && checkNewName(as, [...path, 'as'], scope, checking)
  const loop: ScopeTypes = isNamed ? { [as]: rowType(each), [`${as}_i`]: 'int' } : {}
  return { i: 'int', ...(each === undefined ? {} : { row: rowType(each) }), ...loop }
}

function rowType(each: unknown): TypeDescription {
  if (!Array.isArray(each) || !each.every(isObject)) return 'dyn'
  return { fields: Object.fromEntries(each.flatMap((row) => Object.keys(row).map((key) => [key, 'dyn']))) }
}
