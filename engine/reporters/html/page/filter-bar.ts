import type { Ending, ScenarioRow } from '../model.ts'
import { countsOf } from './choose.ts'
import { fill, h } from './dom.ts'
import { ORDERS, type Filter, type Order } from './route.ts'
import { ENDINGS, mark, wordOf } from './words.ts'

export interface FilterBarOptions {
  readonly rows: readonly ScenarioRow[]
  readonly change: (filter: Filter) => void
}

const ORDER_WORDS: Readonly<Record<Order, string>> = {
  worst: 'worst first',
  slowest: 'slowest first',
  planned: 'as planned',
}

/** Controls that choose which scenarios are listed. */
export class FilterBar {
  readonly element: HTMLElement
  readonly search: HTMLInputElement
  readonly #endings: HTMLElement
  readonly #count: HTMLElement
  readonly #selects: Readonly<Record<'tag' | 'profile' | 'thread' | 'order', HTMLSelectElement>>
  readonly #rows: readonly ScenarioRow[]
  readonly #change: (filter: Filter) => void
  #filter: Filter | undefined

  constructor({ rows, change }: FilterBarOptions) {
    this.#rows = rows
    this.#change = change
    this.search = h('input', {
      ...{
        type: 'search',
        placeholder: 'Search names, files, tags, errors  ( / )',
        'aria-label': 'Search scenarios',
      },
      ...{ autocomplete: 'off', spellcheck: 'false', input: () => this.#tell({ text: this.search.value }) },
    })
    this.#endings = h('div', { class: 'endings', role: 'group', 'aria-label': 'Outcomes' })
    this.#count = h('p', { class: 'count', role: 'status', 'aria-live': 'polite' })
    const select = (name: 'tag' | 'profile' | 'thread', values: readonly string[]): HTMLSelectElement =>
      this.#select(name, [['', `every ${name}`], ...values.map((value) => [value, value] as const)])
    this.#selects = {
      tag: select('tag', unique(rows.flatMap(({ tags }) => tags))),
      profile: select('profile', unique(rows.map(({ profile }) => profile))),
      thread: select(
        'thread',
        unique(rows.flatMap(({ attempts }) => attempts.map(({ thread }) => String(thread)))),
      ),
      order: this.#select(
        'order',
        ORDERS.map((order) => [order, ORDER_WORDS[order]]),
      ),
    }
    const { tag, profile, thread, order } = this.#selects
    this.element = h(
      'search',
      { class: 'filters', 'aria-label': 'Choose scenarios' },
      this.search,
      this.#endings,
      h('div', { class: 'selects' }, tag, profile, thread, order),
      this.#count,
    )
  }

  show(filter: Filter, listed: number): void {
    this.#filter = filter
    if (this.search.value !== filter.text) this.search.value = filter.text
    for (const name of ['tag', 'profile', 'thread', 'order'] as const)
      this.#selects[name].value = filter[name]
    this.#showEndings(filter)
    this.#count.textContent =
      listed === this.#rows.length ? `${listed} scenarios` : `${listed} of ${this.#rows.length} scenarios`
  }

  #showEndings(filter: Filter): void {
    const counts = countsOf(this.#rows, filter)
    const focused = document.activeElement?.getAttribute('data-ending')
    const all = ENDINGS.filter((ending) => this.#rows.some((row) => row.ending === ending))
    fill(this.#endings, ...all.map((ending) => this.#endingButton(ending, counts.get(ending) ?? 0, filter)))
    // The button that was pressed is made anew.
    if (focused !== undefined && focused !== null)
      this.#endings.querySelector<HTMLElement>(`[data-ending="${focused}"]`)?.focus()
  }

  #endingButton(ending: Ending, count: number, { endings }: Filter): HTMLElement {
    const isOn = endings.includes(ending)
    const next = isOn ? endings.filter((one) => one !== ending) : [...endings, ending]
    return h(
      'button',
      {
        type: 'button',
        class: `chip ${ending}`,
        'data-ending': ending,
        'aria-pressed': String(isOn),
        click: () => this.#tell({ endings: next }),
      },
      mark(ending),
      `${wordOf(ending)} `,
      h('b', {}, String(count)),
    )
  }

  #select(
    name: 'tag' | 'profile' | 'thread' | 'order',
    values: readonly (readonly [string, string])[],
  ): HTMLSelectElement {
    const element: HTMLSelectElement = h(
      'select',
      { 'aria-label': name, change: () => this.#tell({ [name]: element.value }) },
      ...values.map(([value, text]) => h('option', { value }, text)),
    )
    return element
  }

  #tell(part: Partial<Filter>): void {
    if (this.#filter !== undefined) this.#change({ ...this.#filter, ...part })
  }
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}
