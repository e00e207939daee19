import type { ScenarioRow } from '../model.ts'
import { fill, h } from './dom.ts'
import { duration } from './format.ts'
import { spokenMark } from './words.ts'

/** Height of a row in CSS pixels, which the style sheet knows, too. */
const ROW = 46
/** Rows above and below what is seen, so that scrolling shows no holes. */
const SPARE = 8

export interface ListOptions {
  readonly open: (row: ScenarioRow) => void
}

/** A list of any length in which only the rows that can be seen are elements. */
export class ScenarioList {
  readonly element: HTMLElement
  readonly #spacer: HTMLElement
  #rows: readonly ScenarioRow[] = []
  #selected = -1

  constructor({ open }: ListOptions) {
    this.#spacer = h('div', { class: 'spacer', role: 'presentation' })
    this.element = h(
      'div',
      {
        class: 'list',
        role: 'listbox',
        tabindex: 0,
        'aria-label': 'Scenarios',
        scroll: () => requestAnimationFrame(() => this.#draw()),
        click: (event) => this.#click(event, open),
      },
      this.#spacer,
    )
    new ResizeObserver(() => this.#draw()).observe(this.element)
  }

  show(rows: readonly ScenarioRow[], selected: string): void {
    this.#rows = rows
    this.#spacer.style.height = `${rows.length * ROW}px`
    this.#selected = rows.findIndex(({ id }) => id === selected)
    this.#draw()
  }

  /** The selected row, or undefined. */
  selected(): ScenarioRow | undefined {
    return this.#rows[this.#selected]
  }

  /** Selects the next row, or one before; of `wanted` alone where that is given. Gives what is selected then. */
  move(by: 1 | -1, wanted: (row: ScenarioRow) => boolean = () => true): ScenarioRow | undefined {
    for (let index = this.#selected + by; index >= 0 && index < this.#rows.length; index += by) {
      const row = this.#rows[index]
      if (row === undefined || !wanted(row)) continue
      this.#selected = index
      this.reveal()
      return row
    }
    return undefined
  }

  /** Scrolls so that the selected row can be seen. */
  reveal(): void {
    if (this.#selected < 0) return
    const { scrollTop, clientHeight } = this.element
    const top = this.#selected * ROW
    if (top < scrollTop) this.element.scrollTop = top
    else if (top + ROW > scrollTop + clientHeight) this.element.scrollTop = top + ROW - clientHeight
    this.#draw()
  }

  #click(event: Event, open: (row: ScenarioRow) => void): void {
    const target = event.target instanceof Element ? event.target.closest('[data-index]') : null
    const row = this.#rows[Number(target?.getAttribute('data-index') ?? -1)]
    if (row !== undefined) open(row)
  }

  #draw(): void {
    const { scrollTop, clientHeight } = this.element
    const first = Math.max(0, Math.floor(scrollTop / ROW) - SPARE)
    const last = Math.min(this.#rows.length, Math.ceil((scrollTop + clientHeight) / ROW) + SPARE)
    const seen = this.#rows.slice(first, last)
    fill(this.#spacer, ...seen.map((row, index) => this.#option(row, first + index)))
    const isSeen = this.#selected >= first && this.#selected < last
    if (isSeen) this.element.setAttribute('aria-activedescendant', `row-${this.#selected}`)
    else this.element.removeAttribute('aria-activedescendant')
  }

  #option(row: ScenarioRow, index: number): HTMLElement {
    const { id, name, ending, ms, attempts } = row
    const option = h(
      'div',
      {
        class: 'row',
        role: 'option',
        id: `row-${index}`,
        'data-index': index,
        'aria-selected': String(index === this.#selected),
        'aria-posinset': index + 1,
        'aria-setsize': this.#rows.length,
      },
      spokenMark(ending),
      h('span', { class: 'name' }, name === '' ? id : name),
      h('span', { class: 'ms' }, duration(ms)),
      h('span', { class: 'id' }, id),
      h('span', { class: 'more' }, attempts.length > 1 ? `${attempts.length} attempts` : ''),
    )
    option.style.top = `${index * ROW}px`
    return option
  }
}
