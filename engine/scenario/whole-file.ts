import { parseDuration } from '../base/duration.ts'
import { isObject } from '../base/json.ts'
import { suggest } from '../base/suggest.ts'
import { assertsIn } from './assertions.ts'
import { caseSlips } from './case-slips.ts'
import type { Checking } from './checking.ts'
import type { KnownExpressions } from './known-expressions.ts'
import { namespaceSlips } from './namespace-slips.ts'
import { Ownership } from './ownership.ts'
import type { Slip } from './slip.ts'
import { stepsIn, type PlacedStep } from './steps-in.ts'
import { subjectsIn } from './subjects-in.ts'
import type { Surroundings } from './surroundings.ts'
import { writingSlips } from './writing-slips.ts'

type FileMap = Readonly<Record<string, unknown>>

/** What only the whole file can tell; asked when nothing else is wrong with it. */
export function wholeFileSlips(file: FileMap, checking: Checking, around: Surroundings): readonly Slip[] {
  const { mentions } = checking.expressionSlips
  const steps = ['steps', 'finally', 'onFailure'].flatMap((list) => stepsIn(file[list], [list]))
  return [
    ...assertionSlips(file, checking),
    ...noProfileSlips(file, around),
    ...gapSlips(file['knownGap'], steps),
    ...caseSlips(file['cases'], file['matrix'], mentions),
    ...faultSlips(file, steps),
    ...counterSlips(file, steps, checking.expressions),
    ...namespaceSlips(file, steps),
    ...writingSlips(steps, around),
    ...waitSlips(steps),
    ...unusedSlips(file['vars'], mentions),
  ]
}

function assertionSlips(file: FileMap, { templates }: Checking): readonly Slip[] {
  if (file['smoke'] === true || assertsIn(file['steps'], templates)) return []
  const message =
    'the scenario checks nothing, so it could not fail: expected an expect step, or an expect: in a send'
  return [
    {
      code: 'NO_ASSERTION',
      path: [],
      key: 'steps',
      message,
      hint: 'if the steps only have to run through, write smoke: true',
    },
  ]
}

function noProfileSlips({ gateway }: FileMap, { profile, profiles }: Surroundings): readonly Slip[] {
  if (gateway !== undefined || profile !== undefined) return []
  const message = 'no profile: expected gateway: with a profile, since the configuration names no default'
  return [
    {
      code: 'NO_PROFILE',
      path: [],
      key: 'name',
      message,
      hint: `profiles are ${[...profiles, 'none'].join(', ')}`,
    },
  ]
}

/** A gap is tied to a step by its name. */
function gapSlips(gap: unknown, steps: readonly PlacedStep[]): readonly Slip[] {
  const wanted = isObject(gap) ? gap['step'] : undefined
  const names = steps.map(({ step }) => step['name']).filter((name) => typeof name === 'string')
  if (typeof wanted !== 'string' || names.includes(wanted)) return []
  const near = suggest(wanted, names)
  const hint = near === undefined ? 'give the step that fails a name' : `did you mean ${near}?`
  return [
    { code: 'UNKNOWN_STEP', path: ['knownGap', 'step'], message: `${wanted}: no step has this name`, hint },
  ]
}

/** Breaking a gateway that others use would break their scenarios. */
function faultSlips({ gateway }: FileMap, steps: readonly PlacedStep[]): readonly Slip[] {
  if (isObject(gateway) && gateway['exclusive'] === true) return []
  return steps
    .filter(({ step }) => 'fault' in step)
    .map(({ path }) => ({
      code: 'NEEDS_EXCLUSIVE',
      path,
      key: 'fault',
      message: 'fault: expected a gateway of its own for this scenario',
      hint: 'write gateway: { profile: …, exclusive: true }',
    }))
}

/** On a gateway that others use, too, a counter grows by what they do. */
function counterSlips(
  file: FileMap,
  steps: readonly PlacedStep[],
  expressions: KnownExpressions,
): readonly Slip[] {
  const { gateway } = file
  if (file['serial'] === true || (isObject(gateway) && gateway['exclusive'] === true)) return []
  const own = new Ownership(file['vars'], expressions)
  return steps.flatMap(({ step, path }) =>
    subjectsIn(step, path)
      .filter(({ input }) => 'metric' in input && 'increasedBy' in input)
      .filter(
        ({ input }) =>
          !Object.values(isObject(input['labels']) ? input['labels'] : {}).some((label) => own.isOwn(label)),
      )
      .map((each) => ({
        code: 'SHARED_COUNTER',
        path: each.path,
        key: 'increasedBy',
        message: 'increasedBy: other scenarios move this series, too',
        hint: 'add a label of this scenario (from unique() or ns), or make the gateway exclusive',
      })),
  )
}

const LONG_WAIT_MS = 5000

function waitSlips(steps: readonly PlacedStep[]): readonly Slip[] {
  return steps.flatMap(({ step, path }) => {
    const input = step['wait']
    const [text, place] = isObject(input) ? [input['for'], ['wait', 'for']] : [input, ['wait']]
    const ms = typeof text === 'string' ? parseDuration(text) : undefined
    if (ms === undefined || ms <= LONG_WAIT_MS) return []
    const message = `wait: ${String(text)} is long, and on a busy machine not long enough`
    const hint = 'wait for what you mean: expect: { …, within: … }'
    return [{ code: 'LONG_WAIT', severity: 'warning' as const, path: [...path, ...place], message, hint }]
  })
}

function unusedSlips(vars: unknown, mentions: ReadonlySet<string>): readonly Slip[] {
  if (!isObject(vars) || mentions.has('vars')) return []
  return Object.keys(vars)
    .filter((name) => !mentions.has(`vars.${name}`))
    .map((name) => ({
      code: 'UNUSED_VAR',
      severity: 'warning',
      path: ['vars'],
      key: name,
      message: `${name}: no expression uses this variable`,
    }))
}
