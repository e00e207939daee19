import { isObject } from '../base/json.ts'
import type { Path } from '../base/span.ts'
import { suggest } from '../base/suggest.ts'
import { checkInput } from './check-input.ts'
import type { Checking } from './checking.ts'
import { verbs } from './grammar.ts'
import { checkShape, unknownKeySlip } from './shape.ts'
import { showValue } from './shape-words.ts'
import type { Scope } from './scope.ts'
import type { Slip } from './slip.ts'
import { stepKeyNames, stepKeys } from './step-keys.ts'
import { validatorOf } from './validators.ts'
import { bindResult } from './step-names.ts'

/** Checks a list of steps; names that they introduce are added to the scope one by one. */
export function checkSteps(value: unknown, path: Path, scope: Scope, checking: Checking): void {
  const { slips } = checking
  if (!Array.isArray(value)) {
    const hint = isObject(value) ? 'begin each step with a dash' : undefined
    const message = `${String(path.at(-1))}: expected a list of steps, got ${showValue(value)}`
    slips.add({ code: 'NOT_A_LIST', path, message, ...(hint === undefined ? {} : { hint }) })
    return
  }
  if (value.length === 0)
    slips.add({ code: 'EMPTY_VALUE', path, message: `${String(path.at(-1))}: expected at least one step` })
  for (const [index, step] of value.entries()) checkStep(step, [...path, index], scope, checking)
}

function checkStep(step: unknown, path: Path, scope: Scope, checking: Checking): void {
  const { slips } = checking
  if (!isObject(step)) {
    slips.add(notAStep(step, path))
    return
  }
  const wrong = verbSlips(step, path)
  slips.add(...wrong, ...commonSlips(step, path))
  checking.expressionSlips.checkCondition(step['if'], { path: [...path, 'if'], scope: scope.types })
  const verb = Object.keys(step).find((key) => verbs.has(key))
  if (verb !== undefined && !wrong.some(({ code }) => code === 'TWO_VERBS' || code === 'BAD_INDENT')) {
    checkInput({ verb, value: step[verb], path: [...path, verb] }, scope, checking)
  }
  bindResult({ step, verb, path }, scope, checking)
}

function notAStep(step: unknown, path: Path): Slip {
  const hint = typeof step === 'string' && verbs.has(step) ? `write ${step}: and what it needs` : undefined
  const message = `expected a step, which is a map with one verb, got ${showValue(step)}`
  return { code: 'NOT_A_STEP', path, message, ...(hint === undefined ? {} : { hint }) }
}

/** Exactly one verb; what is neither a verb nor a common key is misspelt. */
function verbSlips(step: Readonly<Record<string, unknown>>, path: Path): readonly Slip[] {
  const keys = Object.keys(step)
  const [verb, second] = keys.filter((key) => verbs.has(key))
  const strange = keys.filter((key) => !verbs.has(key) && !stepKeyNames.includes(key))
  if (verb === undefined) return [noVerb(strange, path)]
  const [outside] =
    step[verb] === null ? [second, ...strange].filter((key) => key !== undefined && !isStepKey(key)) : []
  if (outside !== undefined) {
    const message = `${outside}: expected it below ${verb}, which is empty`
    return [{ code: 'BAD_INDENT', path, key: outside, message, hint: `indent it further than ${verb}` }]
  }
  if (second !== undefined) {
    const message = `${second}: expected one verb in a step, got ${verb} and ${second}`
    return [{ code: 'TWO_VERBS', path, key: second, message, hint: `begin a new step with - ${second}:` }]
  }
  return strange.map((key) => unknownKeySlip(path, key, 'a step', stepKeyNames))
}

/** A key of steps, perhaps misspelt. */
function isStepKey(key: string): boolean {
  return suggest(key, stepKeyNames) !== undefined
}

function noVerb(strange: readonly string[], path: Path): Slip {
  const known = [...verbs.keys()]
  const meant = strange.find((key) => suggest(key, known) !== undefined) ?? strange[0]
  if (meant === undefined) {
    const message = `expected a verb in this step: one of ${known.join(', ')}`
    return { code: 'NO_VERB', path, message }
  }
  const near = suggest(meant, known)
  return {
    code: 'UNKNOWN_VERB',
    path,
    key: meant,
    message: `${meant}: no such verb`,
    hint: near === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${near}?`,
    ...(near === undefined ? {} : { rename: near }),
  }
}

/** `name`, `as`, `if`, `timeout`. */
function commonSlips(step: Readonly<Record<string, unknown>>, path: Path): readonly Slip[] {
  const value = Object.fromEntries(Object.entries(step).filter(([key]) => stepKeyNames.includes(key)))
  return checkShape({
    value,
    path,
    schema: stepKeys,
    validator: validatorOf('stepKeys'),
    name: 'step',
    templates: false,
  })
}
