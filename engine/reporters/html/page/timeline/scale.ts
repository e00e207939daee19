/** The part of a run that is seen: milliseconds of the run, over so many pixels. */
export interface Scale {
  readonly from: number
  readonly to: number
  readonly width: number
}

const LEAST_MS = 5

export function xOf({ from, to, width }: Scale, at: number): number {
  return ((at - from) / (to - from)) * width
}

export function timeAt({ from, to, width }: Scale, x: number): number {
  return from + (x / width) * (to - from)
}

/** Factor below 1 comes nearer; what is at `x` stays there. */
export function zoomed(
  scale: Scale,
  factor: number,
  { x, end }: { readonly x: number; readonly end: number },
): Scale {
  const span = Math.min(Math.max((scale.to - scale.from) * factor, LEAST_MS), end)
  const at = timeAt(scale, x)
  return within({ ...scale, from: at - (x / scale.width) * span, to: at + (1 - x / scale.width) * span }, end)
}

export function moved(scale: Scale, pixels: number, end: number): Scale {
  const by = (pixels / scale.width) * (scale.to - scale.from)
  return within({ ...scale, from: scale.from + by, to: scale.to + by }, end)
}

/** So that a stretch of time can be seen; unchanged where it can. */
export function revealing(scale: Scale, from: number, to: number, end: number): Scale {
  if (from >= scale.from && to <= scale.to) return scale
  const span = Math.max(scale.to - scale.from, (to - from) * 1.2)
  const middle = (from + to) / 2
  return within({ ...scale, from: middle - span / 2, to: middle + span / 2 }, end)
}

/** Moved so that nothing before the beginning and behind the end of the run is seen. */
function within(scale: Scale, end: number): Scale {
  const span = Math.min(scale.to - scale.from, end)
  const from = Math.min(Math.max(scale.from, 0), end - span)
  return { ...scale, from, to: from + span }
}

const STEPS = [1, 2, 5]

/** Round times, about a hundred pixels apart. */
export function ticksOf(scale: Scale): readonly number[] {
  const wanted = ((scale.to - scale.from) / scale.width) * 100
  const power = 10 ** Math.floor(Math.log10(wanted))
  const step = (STEPS.find((one) => one * power >= wanted) ?? 10) * power
  const first = Math.ceil(scale.from / step)
  const count = Math.floor(scale.to / step) - first + 1
  return Array.from({ length: Math.max(0, count) }, (_, index) => (first + index) * step)
}
