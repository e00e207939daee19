import type { Mismatch } from '../../../base/failure.ts'
import { h, type Child } from './dom.ts'
import { valueText } from './format.ts'
import type { FieldChange } from '../model.ts'

/** Only what is not as it should be: field, what was expected, what is there. */
export function mismatchTable(mismatches: readonly Mismatch[]): HTMLElement {
  const rows = mismatches.map(({ path, expected, actual }) => {
    const [left, right] = contrasted(expected, valueText(actual))
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, path === '' ? 'the value' : path),
      h('td', { class: 'wanted' }, ...left),
      h('td', { class: 'found' }, ...right),
    )
  })
  return table(['field', 'expected', 'actual'], rows)
}

/** What became of the fields of an object. */
export function changeTable(changes: readonly FieldChange[]): HTMLElement {
  const rows = changes.map(({ path, before, after }) => {
    const [left, right] = contrasted(valueText(before), valueText(after))
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, path === '' ? 'the object' : path),
      h('td', {}, ...left),
      h('td', {}, ...right),
    )
  })
  return table(['field', 'before', 'after'], rows)
}

export function table(heads: readonly string[], rows: readonly HTMLElement[]): HTMLElement {
  const head = h('thead', {}, h('tr', {}, ...heads.map((text) => h('th', { scope: 'col' }, text))))
  return h('div', { class: 'table' }, h('table', {}, head, h('tbody', {}, ...rows)))
}

const SHORTEST_COMMON = 4

/** Both texts, with what they do not share made to stand out where they share a good deal. */
export function contrasted(left: string, right: string): readonly [readonly Child[], readonly Child[]] {
  const most = Math.min(left.length, right.length)
  let start = 0
  while (start < most && left[start] === right[start]) start += 1
  let end = 0
  while (end < most - start && left.at(-1 - end) === right.at(-1 - end)) end += 1
  if (start + end < SHORTEST_COMMON) return [[left], [right]]
  const marked = (text: string): readonly Child[] => {
    const middle = text.slice(start, text.length - end)
    return [
      text.slice(0, start),
      middle === '' ? undefined : h('mark', {}, middle),
      end === 0 ? undefined : text.slice(text.length - end),
    ]
  }
  return [marked(left), marked(right)]
}
