import { isObject } from '../base/json.ts'
import type { Document } from '../document/document.ts'
import type { Checking } from './checking.ts'
import { checkSteps } from './check-steps.ts'
import { ExpressionSlips } from './expression-slips.ts'
import { fileScope } from './file-scope.ts'
import { fileSchema } from './file-schema.ts'
import { checkShape } from './shape.ts'
import { headSlips } from './head-slips.ts'
import { showValue } from './shape-words.ts'
import type { Scope } from './scope.ts'
import type { Surroundings } from './surroundings.ts'
import { Slips, type Slip } from './slip.ts'
import type { Templates } from './template-file.ts'
import type { UsedTemplates } from './template-library.ts'
import { validatorOf } from './validators.ts'
import { wholeFileSlips } from './whole-file.ts'

/** Everything that is wrong with one scenario file. */
export function checkFile(document: Document, around: Surroundings, used: UsedTemplates): Slips {
  const slips = new Slips(document)
  const file = document.value
  if (!isObject(file)) {
    const message = `expected a scenario, which is a map with name and steps, got ${showValue(file)}`
    slips.add({ code: 'NOT_A_SCENARIO', path: [], message })
    return slips
  }
  const shape = checkShape({
    value: file,
    path: [],
    schema: fileSchema,
    validator: validatorOf('file'),
    name: 'a scenario',
    templates: false,
  })
  slips.add(...shape, ...headSlips(file, around), ...used.slips)
  const checking = checkingOf({ slips, around, templates: used.templates })
  checkNames(file, checking, shape)
  if (!slips.hasErrors) slips.add(...wholeFileSlips(file, checking, around))
  return slips
}

export interface CheckingParts {
  readonly slips: Slips
  readonly around: Surroundings
  readonly templates: Templates
}

/** What the checks of one file share. */
export function checkingOf({ slips, around, templates }: CheckingParts): Checking {
  const { expressions, described, fieldPaths } = around
  const checking: Checking = {
    slips,
    expressions,
    expressionSlips: new ExpressionSlips(expressions, slips),
    described,
    fieldPaths,
    templates,
    checkSteps: (value, path, scope) => checkSteps(value, path, scope, checking),
  }
  return checking
}

/** Variables and steps, in the order in which they are evaluated. */
function checkNames(
  file: Readonly<Record<string, unknown>>,
  checking: Checking,
  shape: readonly Slip[],
): void {
  const scope = fileScope(file, shape)
  const { skip } = file
  if (isObject(skip))
    checking.expressionSlips.checkCondition(skip['if'], { path: ['skip', 'if'], scope: scope.types })
  checkVars(file['vars'], scope, checking)
  for (const list of ['steps', 'finally', 'onFailure']) {
    if (file[list] !== undefined) checkSteps(file[list], [list], scope, checking)
  }
}

function checkVars(vars: unknown, scope: Scope, { slips, expressions, expressionSlips }: Checking): void {
  if (!isObject(vars)) return
  for (const [name, value] of Object.entries(vars)) {
    const issue = expressions.nameIssue(name)
    if (issue !== undefined) {
      slips.add({ ...issue, path: ['vars'], key: name })
      scope.bind('vars', 'dyn')
    }
    expressionSlips.checkTree(value, { path: ['vars', name], scope: scope.types, position: 'vars' })
    scope.mergeVars({ fields: { [name]: expressionSlips.typeOf(value, scope.types) } })
  }
}
