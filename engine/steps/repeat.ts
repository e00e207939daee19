import type { Json, JsonObject } from '../base/json.ts'
import type { StepContext } from './context.ts'
import { defineStep } from './define.ts'
import type { Introduced } from './nested.ts'
import { Duration, Steps } from './shapes.ts'

export const repeat = defineStep({
  verb: 'repeat',
  summary: 'Runs steps several times, or once per row.',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['steps'],
    anyOf: [{ required: ['times'] }, { required: ['each'] }],
    properties: {
      times: { type: 'integer', minimum: 1, maximum: 10_000, description: 'How often; `i` counts from 0.' },
      each: {
        type: 'array',
        minItems: 1,
        description: 'One round per row; `row` is the row, `i` its number.',
      },
      every: { ...Duration, description: 'From the start of one round to the start of the next.' },
      as: {
        type: 'string',
        description:
          'What the loop is called: `phase` gives `phase` for the row and `phase_i` for its number.',
      },
      steps: Steps,
    },
  },
  asserts: false,
  excludes: [['times', 'each']],
  once: ['times', 'each', 'every', 'as'],
  examples: ['repeat: { each: [Completed, Failed], as: phase, steps: [{ note: "now ${phase}" }] }'],
  async run({ times, each, every, as: loop }, context) {
    const rows = each as readonly Json[] | undefined
    const everyMs = every === undefined ? 0 : context.duration(every)
    const passes: Introduced[] = []
    for (let i = 0; i < (rows?.length ?? times ?? 1); i += 1) {
      if (i > 0) await untilPass(i, everyMs, context)
      const names = {
        i,
        ...(rows === undefined ? {} : { row: rows[i] ?? null }),
        ...loopNames(loop, i, rows),
      }
      passes.push(await context.perform({ key: 'steps', pass: i, names }))
    }
    context.introduce(asLists(passes))
    return { times: passes.length }
  },
})

/** From start to start; a pass that took longer is followed at once. */
async function untilPass(
  i: number,
  everyMs: number,
  { clock, signal, startedAt }: StepContext,
): Promise<void> {
  signal.throwIfAborted()
  const pause = startedAt + everyMs * i - clock.now()
  if (pause > 0) await clock.sleep(pause, signal)
}

/** `phase` is the row, or the number where there are no rows; `phase_i` is always the number. */
function loopNames(loop: string | undefined, i: number, rows: readonly Json[] | undefined): JsonObject {
  return loop === undefined ? {} : { [loop]: rows === undefined ? i : (rows[i] ?? null), [`${loop}_i`]: i }
}

/** What a pass introduced is a list afterwards, with null for a pass that did not; a moment is that of the first pass. */
function asLists(passes: readonly Introduced[]): Introduced {
  const names = new Set(passes.flatMap(({ values }) => Object.keys(values)))
  const lists = [...names].map((name) => [name, passes.map(({ values }) => values[name] ?? null)] as const)
  const moments = [...passes].reverse().map((pass) => pass.moments)
  return {
    values: Object.fromEntries(lists),
    moments: Object.assign({}, ...moments) as Introduced['moments'],
  }
}
