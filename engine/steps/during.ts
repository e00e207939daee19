import type { JsonObject } from '../base/json.ts'
import type { StepContext } from './context.ts'
import { defineStep } from './define.ts'
import { watchAlongside } from './lasting.ts'
import { observe } from './observing.ts'
import { Steps, Subject } from './shapes.ts'

export const during = defineStep({
  verb: 'during',
  summary: 'Watches a subject for exactly as long as some steps take.',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['steps'],
    anyOf: [{ required: ['never'] }, { required: ['stays'] }],
    properties: {
      steps: Steps,
      never: { ...Subject, description: 'No such subject may be there meanwhile.' },
      stays: { ...Subject, description: 'What must hold all the while.' },
    },
  },
  asserts: true,
  examples: ['during: { never: { crd: {{kind}}, namespace: "${ns.app}" }, steps: [{ wait: 1s }] }'],
  async run({ never, stays }, context) {
    const rules = Object.entries({ never, stays }) as [Rule, unknown][]
    const given = rules.filter(([, subject]) => subject !== undefined) as [Rule, JsonObject][]
    const steps = async (signal: AbortSignal): Promise<void> =>
      context.introduce(await context.perform({ key: 'steps', signal }))
    await given.reduce(
      (work, watch) => (signal) => alongside(watch, work, { context, signal }),
      steps,
    )(context.signal)
    return undefined
  },
})

type Rule = 'never' | 'stays'
type Work = (signal: AbortSignal) => Promise<void>

/** Watches one subject around the work, which may itself be watched. */
async function alongside(
  [rule, subject]: [Rule, JsonObject],
  work: Work,
  { context, signal }: { readonly context: StepContext; readonly signal: AbortSignal },
): Promise<void> {
  const inner = context.below(rule, signal)
  await watchAlongside({ rule, observer: await observe(subject, inner), work }, inner)
}
