import type { Failure } from '../../../base/failure.ts'
import { mismatchTable } from './difference.ts'
import { h } from './dom.ts'
import { folded } from './parts.ts'
import { sourceBlock } from './source.ts'
import { excerptAround } from './source-lines.ts'

/** Why something did not pass: sentence, place in its file, what differs, and what else is known. */
export function failureBlock(failure: Failure, sources: ReadonlyMap<string, string>): HTMLElement {
  const { outcome, code, message, span, mismatches = [], notes = [], cause } = failure
  const source = span === undefined ? undefined : sources.get(span.file)
  return h(
    'div',
    { class: `failure ${outcome}` },
    h('p', { class: 'sentence' }, message, ' ', h('code', { class: 'code' }, code)),
    span === undefined ? undefined : h('p', { class: 'dim where' }, `${span.file}:${span.line}:${span.col}`),
    span === undefined || source === undefined ? undefined : sourceBlock(excerptAround(source, span), span),
    mismatches.length === 0 ? undefined : mismatchTable(mismatches),
    notes.length === 0 ? undefined : h('ul', { class: 'notes' }, ...notes.map((note) => h('li', {}, note))),
    cause === undefined ? undefined : folded(['cause'], () => [h('pre', {}, cause)]),
  )
}
