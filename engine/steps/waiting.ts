import { Broken, Failed } from '../base/failure.ts'
import { formatDuration } from '../base/duration.ts'
import type { StepContext } from './context.ts'
import { see } from './seeing.ts'
import type { Look, Observer } from './subjects/define.ts'
import { Watching } from './watching.ts'

/** One look, now. */
export async function lookOnce(
  observer: Observer,
  context: StepContext,
  note = 'looked once; give `within` to wait for it',
): Promise<Look> {
  const look = await see(observer.confirm ?? observer.look)
  if (look.ok) return look
  throw unmet(look, observer.settled === note || observer.settled === undefined ? [note] : [], context)
}

/** Looks again at every change until it holds; at the deadline the last look is the failure. */
export async function waitFor(observer: Observer, withinMs: number, context: StepContext): Promise<Look> {
  if (observer.settled !== undefined) return lookOnce(observer, context, observer.settled)
  const deadline = context.startedAt + withinMs
  const watching = await Watching.start(observer, context)
  try {
    for (;;) {
      const ended = watching.isDue(deadline)
      const look = await watching.look(ended)
      if (look.ok) return look
      if (ended) {
        const limit = `within ${formatDuration(withinMs)} of the start of the step`
        throw unmet(look, [`${limit}; ${watching.history()}`], context)
      }
      await watching.change(deadline)
    }
  } finally {
    watching.stop()
  }
}

/** Looks at every change until the time is over; it must hold at each look and at the end. */
export async function holdFor(observer: Observer, forMs: number, context: StepContext): Promise<Look> {
  const since = context.clock.now()
  const deadline = since + forMs
  const watching = await Watching.start(observer, context, 'all the time')
  try {
    for (;;) {
      const ended = watching.isDue(deadline)
      const look = await watching.lookToHold(ended)
      if (!look.ok) {
        const after = formatDuration(Math.round(context.clock.now() - since))
        const note = `it held at first and no longer after ${after} of ${formatDuration(forMs)}`
        throw unmet(look, [note], context)
      }
      if (ended && (await watching.isQuiet())) return proven(look, observer, context)
      await watching.change(deadline)
    }
  } finally {
    watching.stop()
  }
}

/** Looks at every change until the time is over; fails at once when a look finds the subject. */
export async function neverDuring(observer: Observer, forMs: number, context: StepContext): Promise<void> {
  const deadline = context.startedAt + forMs
  const watching = await Watching.start(observer, context, 'all the time')
  try {
    for (;;) {
      const ended = watching.isDue(deadline)
      const look = await watching.look(ended)
      if (look.unseen !== undefined) throw unmet(look, [], context)
      if (look.ok) {
        const after = formatDuration(Math.round(context.clock.now() - context.startedAt))
        const note = `seen ${after} into the ${formatDuration(forMs)} in which it must not be`
        throw offender(look, note, context)
      }
      if (ended && (await watching.isQuiet())) {
        proven(look, observer, context)
        return
      }
      await watching.change(deadline)
    }
  } finally {
    watching.stop()
  }
}

/** There is what must not be. */
export function offender(look: Look, note: string, context: StepContext): Failed {
  return new Failed({
    code: 'MUST_NOT_BE',
    message: `there is what must not be: ${look.summary}`,
    span: context.span(),
    notes: [note, ...look.notes],
  })
}

/** That nothing else was seen proves something only when everything could be seen. */
export function proven(look: Look, { missed }: Observer, context: StepContext): Look {
  const reason = missed?.()
  if (reason === undefined) return look
  throw new Broken({ code: 'UNSEEN', message: reason, span: context.span() })
}

/** What a look is that shows something else: a failure of the gateway, or `broken` when it showed nothing. */
export function unmet(look: Look, notes: readonly string[], context: StepContext): Failed | Broken {
  if (look.undecided !== undefined) {
    const { details } = look.undecided
    return new Broken({ ...details, notes: [...notes, ...(details.notes ?? [])] })
  }
  if (look.unseen !== undefined)
    return new Broken({ code: 'UNSEEN', message: look.unseen, span: context.span(), notes })
  const [first] = look.mismatches
  return new Failed({
    code: 'EXPECTATION',
    message: look.summary,
    span: context.span(...(look.place === undefined ? (first?.path.split('.') ?? []) : [look.place])),
    mismatches: look.mismatches,
    notes: [...notes, ...look.notes],
  })
}
