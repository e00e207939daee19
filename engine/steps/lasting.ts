import { Cancelled } from '../base/failure.ts'
import { formatDuration } from '../base/duration.ts'
import type { StepContext } from './context.ts'
import type { Look, Observer } from './subjects/define.ts'
import { offender, proven, unmet } from './waiting.ts'
import { Watching } from './watching.ts'

/** Looks at every change from the start of the step until the time is over; it must hold at each look. */
export async function staysFor(observer: Observer, forMs: number, context: StepContext): Promise<Look> {
  const deadline = context.startedAt + forMs
  const watching = await Watching.start(observer, context, 'all the time')
  try {
    for (;;) {
      const ended = watching.isDue(deadline)
      const look = await watching.lookToHold(ended)
      if (!look.ok)
        throw unmet(look, [`it must stay so for ${formatDuration(forMs)}; ${when(context)}`], context)
      if (ended && (await watching.isQuiet())) return proven(look, observer, context)
      await watching.change(deadline)
    }
  } finally {
    watching.stop()
  }
}

export interface Alongside {
  readonly observer: Observer
  /** Whether what is watched may never be, or must always be. */
  readonly rule: 'never' | 'stays'
  /** What lasts as long as the watch; it is given the signal that ends it early. */
  readonly work: (signal: AbortSignal) => Promise<void>
}

/** Watches while some work goes on, and once more at its end; a failure of the watch ends the work. */
export async function watchAlongside(
  { observer, rule, work }: Alongside,
  context: StepContext,
): Promise<void> {
  const watching = await Watching.start(observer, context, 'all the time')
  const stop = new AbortController()
  let running: Promise<void> | undefined
  const progress = { isOver: false }
  try {
    refuse(await lookBy(rule, watching, true), rule, context)
    running = work(stop.signal).finally(() => {
      progress.isOver = true
      watching.wake()
    })
    running.catch(() => undefined)
    for (;;) {
      const ended = progress.isOver && watching.isDue(Number.NEGATIVE_INFINITY)
      if (ended) await running
      const look = await lookBy(rule, watching, ended)
      refuse(look, rule, context)
      if (ended && (await watching.isQuiet())) {
        proven(look, observer, context)
        return
      }
      await watching.change(Number.POSITIVE_INFINITY)
    }
  } finally {
    watching.stop()
    stop.abort(new Cancelled({ code: 'WATCH_ENDED', message: `what ${rule} says did not hold meanwhile` }))
    await running?.catch(() => undefined)
  }
}

function lookBy(rule: Alongside['rule'], watching: Watching, atSource: boolean): Promise<Look> {
  return rule === 'never' ? watching.look(atSource) : watching.lookToHold(atSource)
}

function refuse(look: Look, rule: Alongside['rule'], context: StepContext): void {
  if (look.unseen !== undefined) throw unmet(look, [], context)
  if (rule === 'never' && look.ok) throw offender(look, when(context), context)
  if (rule === 'stays' && !look.ok) throw unmet(look, [when(context)], context)
}

function when({ clock, startedAt }: StepContext): string {
  const ms = Math.round(clock.now() - startedAt)
  return ms === 0 ? 'seen at the start of the step' : `seen ${formatDuration(ms)} into the step`
}
