import { unicodeSymbols } from '../../symbols.ts'
import type { Ending } from '../model.ts'
import { h } from './dom.ts'

/** Every ending, the one to look at first first. */
export const ENDINGS: readonly Ending[] = [
  'failed',
  'broken',
  'unfinished',
  'flaky',
  'gap',
  'quarantined',
  'cancelled',
  'skipped',
  'passed',
]

export const MEANINGS: Readonly<Record<Ending, string>> = {
  failed: 'The gateway is wrong.',
  broken: 'Nobody can tell: a forward, the cluster, Redis or a thread let the scenario down.',
  unfinished: 'It, or the log of the run, was cut off.',
  flaky: 'It failed, and passed when it ran again.',
  gap: 'It fails for a defect that is known; its file says which.',
  quarantined: 'It fails, and is set aside until a date; its file says by whom and why.',
  cancelled: 'The run was stopped before it could end.',
  skipped: 'It did not run here.',
  passed: 'All that was expected was seen.',
}

export function markOf(ending: Ending): string {
  return ending === 'unfinished' ? '…' : unicodeSymbols.marks[ending]
}

export function wordOf(ending: Ending): string {
  return ending === 'unfinished' ? 'not finished' : ending
}

/** Mark and word. */
export function badge(ending: Ending): HTMLElement {
  return h('span', { class: `badge ${ending}` }, mark(ending), wordOf(ending))
}

/** The mark alone, for eyes; what it means must stand beside it for ears. */
export function mark(ending: Ending): HTMLElement {
  return h('span', { class: `mark ${ending}`, 'aria-hidden': 'true' }, markOf(ending))
}

/** The mark with its word for screen readers alone. */
export function spokenMark(ending: Ending): HTMLElement {
  return h('span', {}, mark(ending), h('span', { class: 'spoken' }, `${wordOf(ending)} `))
}
