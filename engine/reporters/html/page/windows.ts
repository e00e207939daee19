import { plural } from '../../problems.ts'
import type { AttemptStory, HeldWindow } from '../model.ts'
import { h, place, type Child } from './dom.ts'
import { duration, moment } from './format.ts'
import { folded } from './parts.ts'

/** What the gateway kept back, in the same columns as the steps. */
export function windowList(attempt: AttemptStory, until: number): Child {
  const { windows } = attempt
  if (windows.length === 0) return undefined
  return h(
    'ol',
    { class: 'steps' },
    ...windows.map((window) => h('li', {}, windowFold(window, attempt, until))),
  )
}

function windowFold(window: HeldWindow, attempt: AttemptStory, until: number): HTMLElement {
  const { from, to = window.until, name, signals, object } = window
  const end = attempt.to ?? until
  const whole = Math.max(1, end - attempt.from)
  const bar = h('i', { class: 'held' })
  place(bar, (from - attempt.from) / whole, Math.max(0.006, (Math.min(to, end) - from) / whole))
  const summary = [
    h('span', {}),
    h('span', { class: 'verb' }, name === undefined ? 'buffer' : 'window'),
    h('span', { class: 'name' }, plural(signals.length, 'signal')),
    h('span', { class: 'gantt', 'aria-hidden': 'true' }, bar),
    h('span', { class: 'ms' }, window.to === undefined ? 'open' : duration(to - from)),
  ]
  const began = `${name === undefined ? 'kept back' : `${name}, kept back`} from ${moment(from)}`
  const ended =
    object === undefined || window.to === undefined
      ? `; no object showed for it, which was due by ${moment(window.until)}`
      : ` to ${moment(window.to)}, when there was ${object}`
  const details = folded(
    summary,
    () => [
      h('p', { class: 'dim where' }, `${began}${ended}`),
      h('ul', { class: 'notes' }, ...signals.map((signal) => h('li', {}, signal))),
    ],
    { class: 'step' },
  )
  details.style.setProperty('--depth', '0')
  return details
}
