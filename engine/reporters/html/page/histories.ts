import type { AttemptStory, KeyHistory, KeyLook, MetricsChange, ObjectHistory } from '../model.ts'
import { changeTable, table } from './difference.ts'
import { h, type Child } from './dom.ts'
import { duration, moment, valueText } from './format.ts'
import { folded, section, textBlock } from './parts.ts'
import { plural } from '../../problems.ts'

/** What became of everything an attempt touched. */
export function histories(attempt: AttemptStory): readonly Child[] {
  const { objects, keys, metrics } = attempt
  return [
    section('Objects', ...objects.map((history) => objectFold(history))),
    section('Redis keys', ...keys.filter(wasThere).map(keyFold), absentKeys(keys)),
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

/** What only was looked for in vain has no history. */
function wasThere({ looks }: KeyHistory): boolean {
  return looks.some((look) => 'command' in look || look.is !== 'none')
}

function absentKeys(keys: readonly KeyHistory[]): Child {
  const absent = keys.filter((key) => !wasThere(key))
  if (absent.length === 0) return undefined
  return folded([h('span', { class: 'dim' }, `${plural(absent.length, 'key')} not there`)], () => [
    h(
      'ul',
      {},
      ...absent.map(({ key, looks }) =>
        h('li', {}, h('span', { class: 'dim' }, `${moment(looks[0]?.at ?? 0)} `), key),
      ),
    ),
  ])
}

function keyFold({ key, looks }: KeyHistory): HTMLElement {
  const [last] = looks.filter((look) => 'is' in look).slice(-1)
  const end = last === undefined ? '' : `, at last ${whatIs(last)}`
  const summary = [
    h('b', {}, key),
    h('span', { class: 'dim' }, ` told ${plural(looks.length, 'time')}${end}`),
  ]
  return folded(summary, () => [
    h('ol', { class: 'revisions' }, ...looks.map((look) => h('li', {}, ...lookParts(look)))),
  ])
}

function lookParts(look: KeyLook): readonly Child[] {
  const { at, step = 'after its last step' } = look
  const when = h('span', { class: 'dim' }, `${moment(at)} `)
  const where = h('span', { class: 'dim' }, ` ${step}`)
  if ('command' in look)
    return [
      h('p', {}, when, 'the scenario sent ', h('code', {}, look.command), where),
      textBlock(valueText(look.reply), 'reply'),
    ]
  return [
    h('p', {}, when, whatIs(look), where),
    look.value === null ? undefined : textBlock(valueText(look.value), 'value'),
  ]
}

function whatIs({ is, ttlMs }: Extract<KeyLook, { is: string }>): string {
  if (is === 'none') return 'not there'
  return ttlMs === undefined ? `${is}, stays` : `${is}, ${duration(ttlMs)} to live`
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
