import type { AttemptStory, KeyHistory, MetricsChange, ObjectHistory } from '../model.ts'
import { changeTable, table } from './difference.ts'
import { h, type Child } from './dom.ts'
import { moment, valueText } from './format.ts'
import { folded, section, textBlock } from './parts.ts'
import { plural } from '../../problems.ts'

/** What became of everything an attempt touched. */
export function histories(attempt: AttemptStory): readonly Child[] {
  const { objects, keys, metrics } = attempt
  return [
    section('Objects', ...objects.map((history) => objectFold(history))),
    section('Redis keys', ...keys.map(keyFold)),
    metrics === undefined ? undefined : section('Metrics', metricsFold(metrics)),
  ]
}

function objectFold({ title, revisions, last }: ObjectHistory): HTMLElement {
  const [first] = revisions
  const end = revisions.at(-1)?.change === 'deleted' ? ', deleted' : ''
  const summary = [
    h('b', {}, title),
    h(
      'span',
      { class: 'dim' },
      ` ${plural(revisions.length, 'revision')} since ${moment(first?.at ?? 0)}${end}`,
    ),
  ]
  return folded(summary, () => [
    h(
      'ol',
      { class: 'revisions' },
      ...revisions.map(({ at, change, changes }) =>
        h(
          'li',
          {},
          h('p', {}, h('span', { class: 'dim' }, moment(at)), ` ${change}`),
          changes.length === 0 ? undefined : changeTable(changes),
        ),
      ),
    ),
    folded(['as it was seen last'], () => [h('pre', {}, JSON.stringify(last, undefined, 2))]),
  ])
}

function keyFold({ key, looks }: KeyHistory): HTMLElement {
  const summary = [h('b', {}, key), h('span', { class: 'dim' }, ` seen ${plural(looks.length, 'time')}`)]
  return folded(summary, () => [
    h(
      'ol',
      { class: 'revisions' },
      ...looks.map(({ at, what, value }) =>
        h(
          'li',
          {},
          h('p', {}, h('span', { class: 'dim' }, moment(at)), ` ${what}`),
          value === undefined || value === null ? undefined : textBlock(valueText(value), 'value'),
        ),
      ),
    ),
  ])
}

function metricsFold({ from, to, series }: MetricsChange): HTMLElement {
  const when = h('span', { class: 'dim' }, ` between ${moment(from)} and ${moment(to)}`)
  return folded([h('b', {}, `${series.length} series changed`), when], () => [
    table(
      ['series', 'before', 'after'],
      series.map(({ name, before, after }) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, name),
          h('td', { class: 'figure' }, valueText(before)),
          h('td', { class: 'figure' }, valueText(after)),
        ),
      ),
    ),
  ])
}
