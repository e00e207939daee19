import { isObject } from '../base/json.ts'
import type { Path } from '../base/span.ts'
import { hasTemplate } from '../document/template.ts'
import type { Checking } from './checking.ts'
import { unknownKeySlip } from './shape.ts'
import { showValue, wordsForType } from './shape-words.ts'
import type { Slip } from './slip.ts'
import { INPUT_TYPES, type TemplateFile } from './template-file.ts'
import { describesType } from './type-of-value.ts'

/** Whether a template is there, and gets what it asks for. */
export function useSlips(value: unknown, path: Path, { templates }: Checking): readonly Slip[] {
  const word = isObject(value) ? value['template'] : undefined
  if (!isObject(value) || typeof word !== 'string') return []
  if (hasTemplate(word)) {
    const message = 'template: a file must be written out, since it is read before anything runs'
    return [{ code: 'TEMPLATE_NOT_HERE', path: [...path, 'template'], message }]
  }
  const template = templates.get(word)
  if (template === undefined) return []
  const inputs = isObject(value['inputs']) ? value['inputs'] : {}
  const place = isObject(value['inputs']) ? [...path, 'inputs'] : path
  return [...inputSlips(inputs, place, template), ...missingSlips(inputs, place, template)]
}

type Inputs = Readonly<Record<string, unknown>>

function inputSlips(inputs: Inputs, path: Path, template: TemplateFile): readonly Slip[] {
  return Object.entries(inputs).flatMap(([name, value]): readonly Slip[] => {
    const input = template.inputs[name]
    if (input === undefined)
      return [unknownKeySlip(path, name, 'the inputs of this template', Object.keys(template.inputs))]
    const { schema } = INPUT_TYPES[input.type]
    if (describesType(schema, value)) return []
    const message = `${name}: expected ${wordsForType(schema)}, got ${showValue(value)}`
    return [{ code: 'WRONG_TYPE', path: [...path, name], message }]
  })
}

function missingSlips(inputs: Inputs, path: Path, template: TemplateFile): readonly Slip[] {
  const unknown = Object.keys(inputs).some((name) => !(name in template.inputs))
  return Object.entries(template.inputs)
    .filter(([name, { isRequired }]) => isRequired && !(name in inputs) && !unknown)
    .map(([name]) => ({
      code: 'MISSING_KEY',
      path,
      message: `inputs: expected the key ${name}, which this template needs`,
    }))
}
