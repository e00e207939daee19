import type { StepContext } from '../context.ts'
import type { Look, SubjectDefinition } from './define.ts'

/** Every signal that this scenario sent. */
export const alerts: SubjectDefinition = {
  subject: 'alerts',
  summary: 'Every alert that this scenario sent: each is accounted for.',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['alerts'],
    properties: {
      alerts: { enum: ['conserved'], description: 'Each alert led to an object, or joined one.' },
    },
  },
  examples: ['expect: { alerts: conserved }'],
  observe: (_input, context) =>
    Promise.resolve({
      look: () => look(context),
      subscribe: (changed) => context.account.subscribe(changed),
      patienceMs: () => context.account.patienceMs(context.account.open()),
    }),
}

async function look({ account }: StepContext): Promise<Look> {
  const open = account.open()
  const many =
    open.length === 1
      ? 'a signal was accepted by the gateway and is'
      : `${open.length} signals were accepted by the gateway and are`
  if (open.length === 0) {
    return {
      ok: true,
      mismatches: [],
      summary: 'every signal is in an object',
      notes: [],
      result: { open: 0 },
    }
  }
  return {
    ok: false,
    mismatches: [{ path: 'alerts', expected: 'no signal without an object', actual: open.length }],
    summary: `${many} in no object`,
    notes: await account.tell(open),
    result: { open: open.length },
  }
}
