import { Broken, type Failure } from '../base/failure.ts'
import { isObject, textAt, type Json, type JsonObject } from '../base/json.ts'
import { toCel } from '../expressions/values.ts'
import type { CelValue } from '../expressions/types.ts'
import type { Step, Template } from '../scenario/scenario.ts'
import { INPUT_TYPES } from '../scenario/template-file.ts'
import { describesType } from '../scenario/type-of-value.ts'
import { NestedFailure } from '../steps/nested.ts'
import type { AttemptScope } from './attempt-scope.ts'
import { readStep, runList, type Nesting } from './nested-steps.ts'
import { spanOf } from './step-input.ts'

/** Runs the steps of a template, which see its inputs and nothing else; gives its outputs. */
export async function runTemplate(input: JsonObject, nesting: Nesting): Promise<JsonObject> {
  const { step, attempt } = nesting
  const template = templateNamed(textAt(input, 'template') ?? '', attempt)
  const inputs = inputsOf(template, isObject(input['inputs']) ? input['inputs'] : {}, attempt)
  const scope = attempt.scope.apart({ inputs }, (path) => spanOf(template, path) ?? step.span)
  const inside: AttemptScope = { ...attempt, scope, spans: template.spans, uses: template.uses }
  const steps = template.steps.map((raw, index) => {
    const path = `steps.${index}`
    return readStep(raw, {
      path,
      id: `${step.id ?? step.path}/${index}`,
      span: spanOf(template, path) ?? step.span,
    })
  })
  try {
    await runList(steps, inside, nesting)
  } catch (error) {
    throw error instanceof NestedFailure ? withCaller(error, template, step) : error
  }
  return scope.resolve(template.outputs, 'outputs') as JsonObject
}

function templateNamed(word: string, { uses, order }: AttemptScope): Template {
  const template = order.scenario.templates?.[uses[word] ?? '']
  if (template !== undefined) return template
  throw new Broken({ code: 'NO_SUCH_TEMPLATE', message: `${word}: no such template` })
}

function inputsOf(
  { inputs }: Template,
  given: Readonly<Record<string, unknown>>,
  { services }: AttemptScope,
): Readonly<Record<string, CelValue>> {
  const values = Object.entries(inputs).map(([name, input]) => {
    const value = (given[name] ?? input.default ?? null) as Json
    if (!describesType(INPUT_TYPES[input.type].schema, value)) {
      const message = `${name}: expected ${input.type}, got ${JSON.stringify(value)}`
      throw new Broken({ code: 'BAD_VALUE', message })
    }
    return [name, typed(value, input.type, services)] as const
  })
  return Object.fromEntries(values)
}

/** A whole number is a number, too, and a duration can be reckoned with. */
function typed(
  value: Json,
  type: keyof typeof INPUT_TYPES,
  { expressions, clock }: AttemptScope['services'],
): CelValue {
  if (type === 'number' && typeof value === 'number') return value
  if (type !== 'duration') return toCel(value)
  return expressions.evaluate(`duration(${JSON.stringify(value)})`, {
    names: {},
    hooks: { wall: () => clock.wall() },
  })
}

/** The stack of files, innermost first. */
function withCaller({ failure, further }: NestedFailure, { file }: Template, { span }: Step): NestedFailure {
  const note = `in the template ${file}, used at ${span.file}:${span.line}`
  const told = (one: Failure): Failure => ({ ...one, notes: [...(one.notes ?? []), note] })
  return new NestedFailure(told(failure), further.map(told))
}
