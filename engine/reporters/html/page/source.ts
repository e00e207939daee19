import type { Span } from '../../../base/span.ts'
import { h, type Child } from './dom.ts'
import type { Excerpt } from './source-lines.ts'

/** Lines of YAML with their numbers; below the span that is at fault a caret under each of its characters. */
export function sourceBlock({ first, lines }: Excerpt, fault?: Span): HTMLElement {
  const rows = lines.flatMap((text, index) => {
    const number = first + index
    const isFault = fault?.line === number
    const row = h(
      'div',
      { class: isFault ? 'line fault' : 'line' },
      h('span', { class: 'number' }, String(number)),
      h('span', { class: 'text' }, ...coloured(text)),
    )
    return isFault ? [row, caretLine(text, fault)] : [row]
  })
  return h('div', { class: 'source' }, ...rows)
}

function caretLine(text: string, { col, start, end }: Span): HTMLElement {
  const width = Math.max(1, Math.min(end - start, text.length - col + 1))
  return h(
    'div',
    { class: 'line caret', 'aria-hidden': 'true' },
    h('span', { class: 'number' }),
    h('span', { class: 'text' }, ' '.repeat(Math.max(0, col - 1)), h('b', {}, '^'.repeat(width))),
  )
}

function coloured(text: string): readonly Child[] {
  const comment = /^\s*#/.test(text)
  if (comment) return [h('span', { class: 'comment' }, text)]
  const [, before, key, rest] = /^(\s*(?:- )*)([\w$.-]+:)(.*)$/s.exec(text) ?? []
  if (before === undefined || key === undefined) return [text]
  return [before, h('span', { class: 'key' }, key), rest]
}
