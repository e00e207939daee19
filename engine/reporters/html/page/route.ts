import type { Ending } from '../model.ts'

export const VIEWS = ['overview', 'scenarios', 'timeline'] as const
export type View = (typeof VIEWS)[number]
export const ORDERS = ['worst', 'slowest', 'planned'] as const
export type Order = (typeof ORDERS)[number]

/** Which scenarios are listed; empty texts and lists choose all. */
export interface Filter {
  readonly text: string
  readonly endings: readonly Ending[]
  readonly tag: string
  readonly profile: string
  readonly thread: string
  readonly order: Order
}

/** All that the address says, so that a link shows what its writer saw. */
export interface Route {
  readonly view: View
  readonly scenario: string
  readonly filter: Filter
}

export const NO_FILTER: Filter = { text: '', endings: [], tag: '', profile: '', thread: '', order: 'worst' }

/** Reads `#scenario=dedup/tenants&outcome=failed`; what it does not know changes nothing. */
export function routeOf(hash: string): Route {
  const said = new URLSearchParams(hash.replace(/^#/, ''))
  const of = (name: string): string => said.get(name) ?? ''
  const scenario = of('scenario')
  return {
    view: VIEWS.find((view) => view === of('view')) ?? (scenario === '' ? 'overview' : 'scenarios'),
    scenario,
    filter: {
      text: of('text'),
      endings: of('outcome').split(',').filter(Boolean) as Ending[],
      tag: of('tag'),
      profile: of('profile'),
      thread: of('thread'),
      order: ORDERS.find((order) => order === of('order')) ?? 'worst',
    },
  }
}

export function hashOf({ view, scenario, filter }: Route): string {
  const { text, endings, tag, profile, thread, order } = filter
  const said: Readonly<Record<string, string>> = {
    view: view === (scenario === '' ? 'overview' : 'scenarios') ? '' : view,
    scenario,
    text,
    outcome: endings.join(','),
    ...{ tag, profile, thread },
    order: order === 'worst' ? '' : order,
  }
  const params = new URLSearchParams(Object.entries(said).filter(([, value]) => value !== ''))
  return `#${params.toString()}`
}
