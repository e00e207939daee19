import { isObject } from '../base/json.ts'
import { verbs } from './grammar.ts'
import { stepsIn, type PlacedStep } from './steps-in.ts'
import type { Templates } from './template-file.ts'

/** Whether a list of steps asserts anything, in itself, in steps inside it or in the templates it uses. */
export function assertsIn(list: unknown, templates: Templates): boolean {
  return stepsIn(list, []).some((placed) => asserts(placed, templates))
}

function asserts({ step }: PlacedStep, templates: Templates): boolean {
  return Object.entries(step).some(([verb, input]) => {
    if (verb === 'use') return isObject(input) && templates.get(String(input['template']))?.asserts !== false
    const rule = verbs.get(verb)?.asserts ?? false
    if (typeof rule === 'boolean') return rule
    return isObject(input) && rule.some((key) => key in input)
  })
}
