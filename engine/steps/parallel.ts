import { Cancelled, type Failure } from '../base/failure.ts'
import type { StepContext } from './context.ts'
import { defineStep } from './define.ts'
import { NestedFailure, type Introduced } from './nested.ts'
import { Steps } from './shapes.ts'

export const parallel = defineStep({
  verb: 'parallel',
  summary: 'Runs named branches of steps side by side; the first failure cancels the others.',
  schema: {
    type: 'object',
    minProperties: 2,
    additionalProperties: { ...Steps, description: 'The steps of one branch.' },
  },
  asserts: false,
  examples: ['parallel: { left: [{ wait: 1s }], right: [{ wait: 2s }] }'],
  async run(branches, context) {
    const names = Object.keys(branches)
    const stop = new AbortController()
    const failures: Failure[] = []
    const running = names.map((name) =>
      perform(name, stop.signal, context).catch((error: unknown) => {
        stop.abort(new Cancelled({ code: 'BRANCH_CANCELLED', message: `the branch ${name} did not pass` }))
        failures.push(...failuresOf(error))
        return undefined
      }),
    )
    const ended = await Promise.all(running)
    const [first, ...others] = inOrderOfWeight(failures)
    if (first !== undefined) throw new NestedFailure(first, others)
    for (const introduced of ended) if (introduced !== undefined) context.introduce(introduced)
    return { branches: names }
  },
})

function perform(branch: string, signal: AbortSignal, context: StepContext): Promise<Introduced> {
  return context.perform({ key: branch, signal })
}

/** An error that is no failure of a step is one of ours, and not to be lost among them. */
function failuresOf(error: unknown): readonly Failure[] {
  if (error instanceof NestedFailure) return [error.failure, ...error.further]
  throw error
}

/** What went wrong by itself, first thing first; that others were cancelled is no news unless nothing else happened. */
function inOrderOfWeight(failures: readonly Failure[]): readonly Failure[] {
  const own = failures.filter(({ outcome }) => outcome !== 'cancelled')
  return own.length === 0 ? failures.slice(0, 1) : own
}
