import { Broken } from '../base/failure.ts'
import type { JsonObject } from '../base/json.ts'
import type { StepContext } from './context.ts'
import type { Observer, SubjectDefinition } from './subjects/define.ts'
import { subjects } from './subjects/index.ts'

/** The subject that an input names, made ready. */
export async function observe(input: JsonObject, context: StepContext): Promise<Observer> {
  const named: readonly SubjectDefinition[] = Object.values(subjects).filter(
    ({ subject }) => subject in input,
  )
  const [definition] = named
  if (definition === undefined) {
    const names = Object.keys(subjects).join(', ')
    throw new Broken({ code: 'NO_SUBJECT', message: `no subject to look at; expected one of ${names}` })
  }
  return definition.observe(input, context)
}
