import { h } from './dom.ts'
import { legend } from './overview.ts'

const KEYS: readonly (readonly [string, string])[] = [
  ['1 2 3', 'overview, scenarios, timeline'],
  ['/', 'search'],
  ['j k', 'next and previous scenario'],
  ['n p', 'next and previous one that did not pass'],
  ['Enter', 'go into the scenario'],
  ['Esc', 'back to the list; clear the search'],
  ['?', 'this help'],
]
const TIMELINE_KEYS: readonly (readonly [string, string])[] = [
  ['← →', 'scenario before and after on this lane'],
  ['↑ ↓', 'lane above and below'],
  ['+ − 0', 'nearer, farther, all of it'],
  ['Shift ← →', 'earlier and later'],
  ['Enter', 'open the scenario'],
  ['wheel, drag', 'zoom with Ctrl, move'],
]

/** All keys, and what the words mean. */
export function helpDialog(): HTMLDialogElement {
  const dialog: HTMLDialogElement = h(
    'dialog',
    { 'aria-labelledby': 'help-title', class: 'help' },
    h(
      'header',
      {},
      h('h2', { id: 'help-title' }, 'Keys and words'),
      h('button', { type: 'button', class: 'quiet', click: () => dialog.close() }, 'Close'),
    ),
    h(
      'div',
      { class: 'columns' },
      h('div', {}, h('h3', {}, 'Everywhere'), keyList(KEYS)),
      h('div', {}, h('h3', {}, 'In the timeline'), keyList(TIMELINE_KEYS)),
    ),
    h('h3', {}, 'What the words mean'),
    legend(),
  )
  return dialog
}

function keyList(keys: readonly (readonly [string, string])[]): HTMLElement {
  return h(
    'dl',
    { class: 'keys' },
    ...keys.map(([key, does]) =>
      h('div', {}, h('dt', {}, ...key.split(' ').map((one) => h('kbd', {}, one))), h('dd', {}, does)),
    ),
  )
}
