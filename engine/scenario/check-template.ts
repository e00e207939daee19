import { isObject } from '../base/json.ts'
import type { Document } from '../document/document.ts'
import { checkingOf } from './check-file.ts'
import { checkSteps } from './check-steps.ts'
import { Scope } from './scope.ts'
import { checkShape } from './shape.ts'
import type { Surroundings } from './surroundings.ts'
import { Slips } from './slip.ts'
import { INPUT_TYPES, templateOf, templateSchema } from './template-file.ts'
import type { UsedTemplates } from './template-library.ts'
import { validatorOf } from './validators.ts'

/** Everything that is wrong with a template file; its steps see its inputs only. */
export function checkTemplate(document: Document, around: Surroundings, used: UsedTemplates): Slips {
  const slips = new Slips(document)
  const file = document.value
  if (!isObject(file)) return slips
  const shape = checkShape({
    value: file,
    path: [],
    schema: templateSchema,
    validator: validatorOf('template'),
    name: 'a template',
    templates: false,
  })
  slips.add(...shape, ...used.slips)
  const checking = checkingOf({ slips, around, templates: used.templates })
  const { inputs } = templateOf(file, false)
  for (const name of Object.keys(inputs)) {
    const issue = checking.expressions.nameIssue(name)
    if (issue !== undefined) slips.add({ ...issue, path: ['inputs'], key: name })
  }
  const fields = Object.entries(inputs).map(
    ([name, { type }]) => [name, INPUT_TYPES[type].expression] as const,
  )
  const isMisspelt = shape.some(({ rename }) => rename === 'inputs')
  const scope = new Scope({
    inputs: isMisspelt ? 'dyn' : { fields: Object.fromEntries(fields) },
    vars: { fields: {} },
  })
  if (file['steps'] !== undefined) checkSteps(file['steps'], ['steps'], scope, checking)
  checking.expressionSlips.checkTree(file['outputs'], { path: ['outputs'], scope: scope.types })
  return slips
}
