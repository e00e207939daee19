import type { ScenarioRow } from '../model.ts'
import { chosen } from './choose.ts'
import { fill, h } from './dom.ts'
import { FilterBar } from './filter-bar.ts'
import { helpDialog } from './help.ts'
import { listenToKeys } from './keys.ts'
import { ScenarioList } from './list.ts'
import { overview } from './overview.ts'
import type { Report } from './report.ts'
import { hashOf, NO_FILTER, routeOf, VIEWS, type Filter, type Route, type View } from './route.ts'
import { scenarioPage } from './scenario.ts'
import { themeButton } from './theme.ts'
import { Timeline } from './timeline/timeline.ts'

const VIEW_WORDS: Readonly<Record<View, string>> = {
  overview: 'Overview',
  scenarios: 'Scenarios',
  timeline: 'Timeline',
}

/** The whole page. What it shows is what its address says. */
export class App {
  readonly #report: Report
  readonly #filterBar: FilterBar
  readonly #list: ScenarioList
  readonly #timeline: Timeline
  readonly #help = helpDialog()
  readonly #detail = h('section', { class: 'detail', tabindex: 0, 'aria-label': 'Scenario' })
  readonly #views: Readonly<Record<View, HTMLElement>>
  readonly #tabs: Readonly<Record<View, HTMLElement>>
  #route: Route = routeOf('')
  /** What the detail shows. */
  #shownScenario = ''

  constructor(report: Report) {
    this.#report = report
    this.#filterBar = new FilterBar({ rows: report.scenarios, change: (filter) => this.#filter(filter) })
    this.#list = new ScenarioList({ open: (row) => this.#openScenario(row.id) })
    this.#timeline = new Timeline({ report, open: (id) => this.#openScenario(id) })
    const links = {
      scenario: (id: string) => hashOf({ view: 'scenarios', scenario: id, filter: NO_FILTER }),
      ending: (ending: ScenarioRow['ending']) =>
        hashOf({ view: 'scenarios', scenario: '', filter: { ...NO_FILTER, endings: [ending] } }),
    }
    this.#views = {
      overview: overview(report, links),
      scenarios: h(
        'div',
        { class: 'split' },
        h(
          'section',
          { class: 'side', 'aria-label': 'List of scenarios' },
          this.#filterBar.element,
          this.#list.element,
        ),
        this.#detail,
      ),
      timeline: this.#timeline.element,
    }
    const tab = (view: View): HTMLElement =>
      h('a', { href: hashOf({ view, scenario: '', filter: NO_FILTER }) }, VIEW_WORDS[view])
    this.#tabs = { overview: tab('overview'), scenarios: tab('scenarios'), timeline: tab('timeline') }
  }

  start(): void {
    const main = h('main', { id: 'main' }, ...VIEWS.map((view) => this.#views[view]))
    document.body.prepend(this.#header(), main, this.#help)
    addEventListener('hashchange', () => this.#show(routeOf(location.hash)))
    listenToKeys({
      view: (view) => this.#go({ ...this.#route, view }),
      search: () => this.#search(),
      move: (by, onlyBad) => this.#move(by, onlyBad),
      enter: () => this.#enter(),
      escape: () => this.#escape(),
      help: () => this.#help.showModal(),
    })
    this.#show(routeOf(location.hash))
  }

  #header(): HTMLElement {
    const helpButton = h(
      'button',
      { type: 'button', class: 'quiet', 'aria-label': 'Keys and words', click: () => this.#help.showModal() },
      '?',
    )
    return h(
      'header',
      { class: 'top' },
      h('a', { class: 'skip', href: '#main', click: (event) => this.#skip(event) }, 'Skip to the content'),
      h('h1', {}, h('span', {}, 'gwscen '), this.#report.run.verdict),
      h('nav', { 'aria-label': 'Views' }, ...VIEWS.map((view) => this.#tabs[view])),
      themeButton(() => this.#timeline.refresh()),
      helpButton,
    )
  }

  #skip(event: Event): void {
    event.preventDefault()
    const target = this.#views[this.#route.view].querySelector<HTMLElement>('a, input, [tabindex]')
    target?.focus()
  }

  /** A step that the back button undoes. */
  #go(route: Route): void {
    const hash = hashOf(route)
    if (hash !== location.hash) history.pushState(null, '', hash)
    this.#show(route)
  }

  #filter(filter: Filter): void {
    const route = { ...this.#route, filter }
    history.replaceState(null, '', hashOf(route))
    this.#show(route)
  }

  #openScenario(scenario: string): void {
    this.#go({ ...this.#route, view: 'scenarios', scenario })
  }

  #show(route: Route): void {
    this.#route = route
    const { view, scenario, filter } = route
    for (const each of VIEWS) {
      this.#views[each].hidden = each !== view
      if (each === view) this.#tabs[each].setAttribute('aria-current', 'page')
      else this.#tabs[each].removeAttribute('aria-current')
    }
    const rows = chosen(this.#report.scenarios, filter)
    this.#filterBar.show(filter, rows.length)
    this.#list.show(rows, scenario)
    this.#timeline.choose(rows.length === this.#report.scenarios.length ? undefined : rows)
    this.#views.scenarios.classList.toggle('opened', scenario !== '')
    if (view === 'scenarios') this.#showScenario(scenario)
    if (view === 'scenarios' && scenario !== '') this.#list.reveal()
  }

  #showScenario(id: string): void {
    if (this.#shownScenario === id && this.#detail.hasChildNodes()) return
    this.#shownScenario = id
    const row = this.#report.byId.get(id)
    if (row === undefined) {
      const text =
        id === ''
          ? 'Choose a scenario: j and k go through them, Enter goes into one.'
          : `There is no scenario ${id}.`
      fill(this.#detail, h('p', { class: 'empty' }, text))
      return
    }
    void scenarioPage(row, this.#report)
      .catch((error: unknown) => h('p', { class: 'empty' }, `It cannot be shown: ${String(error)}`))
      .then((page) => {
        if (this.#shownScenario !== id) return
        fill(this.#detail, this.#backLink(), page)
        this.#detail.scrollTop = 0
      })
  }

  #backLink(): HTMLElement {
    return h(
      'button',
      { type: 'button', class: 'back quiet', click: () => this.#escape() },
      '← all scenarios',
    )
  }

  #search(): void {
    if (this.#route.view === 'overview') this.#go({ ...this.#route, view: 'scenarios' })
    this.#filterBar.search.focus()
    this.#filterBar.search.select()
  }

  #move(by: 1 | -1, onlyBad: boolean): void {
    if (this.#route.view !== 'scenarios') this.#go({ ...this.#route, view: 'scenarios' })
    const isBad = ({ ending }: ScenarioRow): boolean => ending !== 'passed' && ending !== 'skipped'
    const row = this.#list.move(by, onlyBad ? isBad : undefined)
    if (row === undefined) return
    const route = { ...this.#route, scenario: row.id }
    history.replaceState(null, '', hashOf(route))
    this.#show(route)
    this.#list.element.focus()
  }

  #enter(): void {
    if (this.#route.view !== 'scenarios') return
    const row = this.#list.selected() ?? this.#list.move(1)
    if (row === undefined) return
    if (row.id !== this.#route.scenario) this.#openScenario(row.id)
    this.#detail.querySelector<HTMLElement>('#scenario-name')?.focus()
  }

  #escape(): void {
    const { filter, scenario, view } = this.#route
    if (document.activeElement === this.#filterBar.search) {
      if (filter.text !== '') this.#filter({ ...filter, text: '' })
      this.#list.element.focus()
    } else if (view === 'scenarios' && scenario !== '') {
      const isInside = this.#detail.contains(document.activeElement)
      if (!isInside || this.#detail.clientWidth === this.#views.scenarios.clientWidth) this.#openScenario('')
      this.#list.element.focus()
    }
  }
}
