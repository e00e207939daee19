import type { ScenarioRow } from '../model.ts'
import { plural } from '../../problems.ts'
import { table } from './difference.ts'
import { h, type Child } from './dom.ts'
import { duration } from './format.ts'
import { commandLine, facts, folded, section } from './parts.ts'
import type { Report } from './report.ts'
import { badge, ENDINGS, MEANINGS, spokenMark, wordOf } from './words.ts'

export interface Links {
  /** The address of a scenario. */
  readonly scenario: (id: string) => string
  /** The address of all scenarios that ended so. */
  readonly ending: (ending: ScenarioRow['ending']) => string
}

const MOST_LISTED = 50
const SLOWEST = 10

/** What came of the run as a whole. */
export function overview(report: Report, links: Links): HTMLElement {
  const { run, scenarios } = report
  const counts = ENDINGS.flatMap((ending) => {
    const count = scenarios.filter((row) => row.ending === ending).length
    return count === 0 ? [] : [[ending, count] as const]
  })
  return h(
    'div',
    { class: 'overview', role: 'region', tabindex: 0, 'aria-label': 'Overview' },
    h('h2', { class: 'spoken' }, 'Overview'),
    h(
      'ul',
      { class: 'tiles', 'aria-label': 'Counts' },
      ...counts.map(([ending, count]) =>
        h(
          'li',
          {},
          h(
            'a',
            { href: links.ending(ending), class: `tile ${ending}` },
            h('b', {}, String(count)),
            h('span', {}, spokenlessMark(ending), wordOf(ending)),
          ),
        ),
      ),
    ),
    proportions(counts, scenarios.length),
    run.troubles.length === 0
      ? undefined
      : h('ul', { class: 'troubles' }, ...run.troubles.map((text) => h('li', {}, text))),
    h(
      'div',
      { class: 'columns' },
      h('div', {}, ...notWell(report, links)),
      h('div', {}, ...around(report, links)),
    ),
  )
}

function spokenlessMark(ending: ScenarioRow['ending']): HTMLElement {
  const element = spokenMark(ending)
  element.querySelector('.spoken')?.remove()
  return element
}

function proportions(counts: readonly (readonly [string, number])[], all: number): HTMLElement {
  const parts = counts.map(([ending, count]) => {
    const part = h('i', { class: ending })
    part.style.flexGrow = String(count / Math.max(1, all))
    return part
  })
  return h('div', { class: 'proportions', 'aria-hidden': 'true' }, ...parts)
}

/** What somebody must look at, and what is left to do. */
function notWell({ run, scenarios }: Report, links: Links): readonly Child[] {
  const groups = ENDINGS.filter((ending) => ending !== 'passed' && ending !== 'skipped').map((ending) => {
    const rows = scenarios.filter((row) => row.ending === ending)
    const more = rows.length - MOST_LISTED
    return section(
      `${wordOf(ending)[0]?.toUpperCase() ?? ''}${wordOf(ending).slice(1)} (${rows.length})`,
      rows.length === 0
        ? undefined
        : h('ul', { class: 'told' }, ...rows.slice(0, MOST_LISTED).map((row) => told(row, links))),
      more > 0 ? h('p', {}, h('a', { href: links.ending(ending) }, `and ${more} more`)) : undefined,
    )
  })
  const isWell = groups.every((group) => group === undefined)
  return [
    isWell
      ? h('p', { class: 'well' }, scenarios.length === 0 ? 'Nothing ran.' : 'Nothing went wrong.')
      : undefined,
    ...groups,
    section(
      `Left behind (${run.leftovers.length})`,
      ...run.leftovers.map(({ what, reason, command }) =>
        h('div', {}, h('p', {}, `${what}: ${reason}`), commandLine(command)),
      ),
    ),
    section(
      `Kept to be looked at (${run.kept.length})`,
      ...run.kept.map(({ what, look, remove }) =>
        h('div', {}, h('p', {}, what), commandLine(look), commandLine(remove)),
      ),
    ),
    section(
      `Warnings (${run.warnings.length})`,
      run.warnings.length === 0
        ? undefined
        : h('ul', { class: 'told' }, ...run.warnings.slice(0, MOST_LISTED).map((one) => warning(one, links))),
    ),
  ]
}

function warning({ text, scenario }: Report['run']['warnings'][number], links: Links): HTMLElement {
  return h(
    'li',
    {},
    scenario === undefined ? undefined : h('a', { href: links.scenario(scenario) }, scenario),
    h('p', {}, text),
  )
}

function told(row: ScenarioRow, links: Links): HTMLElement {
  return h(
    'li',
    {},
    spokenMark(row.ending),
    h('a', { href: links.scenario(row.id) }, row.name === '' ? row.id : row.name),
    h('span', { class: 'dim' }, ` ${row.id}`),
    row.sentence === undefined ? undefined : h('p', {}, row.sentence),
  )
}

function around({ run, scenarios }: Report, links: Links): readonly Child[] {
  const slowest = [...scenarios].sort((a, b) => b.ms - a.ms).slice(0, SLOWEST)
  return [
    section('Run', facts(run.facts.map(({ name, value }) => [name, value]))),
    section('Time', facts(timesOf(run))),
    section(
      'Slowest',
      table(
        ['scenario', 'took', 'usually'],
        slowest.map((row) =>
          h(
            'tr',
            {},
            h(
              'th',
              { scope: 'row' },
              spokenMark(row.ending),
              h('a', { href: links.scenario(row.id) }, row.id),
            ),
            h('td', { class: 'figure' }, duration(row.ms)),
            h('td', { class: 'figure' }, row.usualMs === undefined ? '' : duration(row.usualMs)),
          ),
        ),
      ),
    ),
    section(
      'Gateways',
      ...Object.entries(run.gateways).map(([name, settings]) => gatewayFold(name, settings)),
    ),
    section('What the words mean', legend()),
  ]
}

function timesOf({ endedAt, phases, busy, makespan }: Report['run']): readonly (readonly [string, string])[] {
  return [
    ['in all', duration(endedAt)],
    ...Object.entries(phases).map(([phase, ms]) => [phase, duration(ms)] as const),
    ...(makespan === undefined
      ? []
      : ([
          ['makespan', duration(makespan.ms)],
          ['at least', `${duration(makespan.floorMs)} (${makespan.bound})`],
        ] as const)),
    ...(busy === undefined ? [] : [['lanes busy', `${Math.round(busy * 100)} %`] as const]),
  ]
}

function gatewayFold(name: string, settings: Readonly<Record<string, string | number>>): HTMLElement {
  const entries = Object.entries(settings).filter(([, value]) => value !== '')
  return folded(
    [h('b', {}, name), h('span', { class: 'dim' }, ` ${plural(entries.length, 'setting')}`)],
    () => [facts(entries.map(([key, value]) => [key, String(value)]))],
  )
}

/** Every ending with what it says. */
export function legend(): HTMLElement {
  return h(
    'dl',
    { class: 'legend' },
    ...ENDINGS.map((ending) => h('div', {}, h('dt', {}, badge(ending)), h('dd', {}, MEANINGS[ending]))),
  )
}
