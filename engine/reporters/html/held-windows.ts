import type { EventOf } from '../../events/event.ts'
import type { HeldWindow } from './model.ts'

/** What the gateway kept back of the signals of one attempt. */
export class HeldWindows {
  readonly #open = new Map<number, EventOf<'signal:held'>>()
  readonly #ended: HeldWindow[] = []

  held(event: EventOf<'signal:held'>): void {
    this.#open.set(event.number, event)
  }

  /** What one object shows for was in one window. */
  released({ numbers, object, at }: EventOf<'signals:released'>): void {
    const signals = numbers.flatMap((number) => this.#open.get(number) ?? [])
    for (const number of numbers) this.#open.delete(number)
    if (signals.length > 0) this.#ended.push({ ...windowOf(signals), to: at, object })
  }

  /** In the order in which they began; what nobody saw an end of is put together by its name. */
  all(): readonly HeldWindow[] {
    const byName = new Map<string | undefined, EventOf<'signal:held'>[]>()
    for (const one of this.#open.values()) {
      const others = byName.get(one.window)
      if (others === undefined) byName.set(one.window, [one])
      else others.push(one)
    }
    return [...this.#ended, ...[...byName.values()].map(windowOf)].sort((a, b) => a.from - b.from)
  }
}

function windowOf(signals: readonly EventOf<'signal:held'>[]): HeldWindow {
  const name = signals.findLast(({ window }) => window !== undefined)?.window
  return {
    ...(name === undefined ? {} : { name }),
    from: Math.min(...signals.map(({ at }) => at)),
    until: Math.max(...signals.map(({ at, ms }) => at + ms)),
    signals: signals.map(({ signal }) => signal),
  }
}
