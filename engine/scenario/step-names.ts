import { isObject } from '../base/json.ts'
import type { Path } from '../base/span.ts'
import { suggest } from '../base/suggest.ts'
import type { Checking } from './checking.ts'
import type { Scope } from './scope.ts'

/** Names that the engine gives, wherever they are seen. */
const RESERVED: ReadonlySet<string> = new Set(['gateway', 'case', 'i', 'row', 'it', 'inputs'])

/** Whether a name may be introduced here; if not, it is told why. */
export function checkNewName(
  name: string,
  path: Path,
  scope: Scope,
  { expressions, slips }: Checking,
): boolean {
  const issue = expressions.nameIssue(name)
  if (issue !== undefined) {
    slips.add({ ...issue, path })
    return false
  }
  if (!scope.has(name) && !RESERVED.has(name)) return true
  slips.add({
    code: 'SHADOWED',
    path,
    message: `${name}: this name is taken already`,
    hint: 'choose another one',
  })
  return false
}

/** Variables of a `set`, each seen by the next. */
export function bindVariables(value: unknown, path: Path, scope: Scope, checking: Checking): void {
  if (!isObject(value)) return
  const { expressions, expressionSlips, slips } = checking
  for (const [name, member] of Object.entries(value)) {
    const issue = expressions.nameIssue(name)
    if (issue !== undefined) {
      slips.add({ ...issue, path, key: name })
      scope.bind('vars', 'dyn')
    }
    expressionSlips.checkTree(member, { path: [...path, name], scope: scope.types })
    scope.mergeVars({ fields: { [name]: expressionSlips.typeOf(member, scope.types) } })
  }
}

export interface StepResult {
  readonly step: Readonly<Record<string, unknown>>
  readonly verb: string | undefined
  readonly path: Path
}

/** What a step introduces for the steps after it: its `as`, and the name of a `measure`. */
export function bindResult({ step, verb, path }: StepResult, scope: Scope, checking: Checking): void {
  const { as: name, measure } = step
  if (typeof measure === 'string' && checkNewName(measure, [...path, 'measure'], scope, checking))
    scope.bind(measure, 'dyn')
  if (typeof name === 'string' && checkNewName(name, [...path, 'as'], scope, checking))
    scope.bind(name, resultType(step, checking))
  bindMisplaced(verb === undefined || verb === 'repeat' ? undefined : step[verb], scope)
}

/** The outputs of a template are known; everything else is seen when the step runs. */
function resultType(step: StepResult['step'], { templates }: Checking): Parameters<Scope['bind']>[1] {
  const file = isObject(step['use']) ? step['use']['template'] : undefined
  const outputs = typeof file === 'string' ? templates.get(file)?.outputs : undefined
  return outputs === undefined
    ? 'dyn'
    : { fields: Object.fromEntries(outputs.map((output) => [output, 'dyn'])) }
}

/** An `as` that slipped into the verb is told already; what uses it is right. */
function bindMisplaced(input: unknown, scope: Scope): void {
  const name = isObject(input) ? input['as'] : undefined
  if (typeof name === 'string' && !scope.has(name)) scope.bind(name, 'dyn')
}

/** `since` goes back to a `measure` or to the `as` of a step. */
export function checkSince(value: unknown, path: Path, scope: Scope, { slips }: Checking): void {
  const since = isObject(value) ? value['since'] : undefined
  if (typeof since !== 'string' || scope.has(since) || since.includes('${')) return
  const near = suggest(since, Object.keys(scope.types))
  const hint = near === undefined ? 'name a moment with measure, or a step with as' : `did you mean ${near}?`
  slips.add({ code: 'UNKNOWN_NAME', path: [...path, 'since'], message: `${since}: no such name here`, hint })
}
