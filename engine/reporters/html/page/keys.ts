import type { View } from './route.ts'

export interface KeyActions {
  readonly view: (view: View) => void
  readonly search: () => void
  readonly move: (by: 1 | -1, onlyBad: boolean) => void
  readonly enter: () => void
  readonly escape: () => void
  readonly help: () => void
}

/** Keys that work everywhere but where somebody writes; what is focused gets its own keys first. */
export function listenToKeys(actions: KeyActions): void {
  const byKey: Readonly<Record<string, () => void>> = {
    '1': () => actions.view('overview'),
    '2': () => actions.view('scenarios'),
    '3': () => actions.view('timeline'),
    '/': actions.search,
    j: () => actions.move(1, false),
    k: () => actions.move(-1, false),
    n: () => actions.move(1, true),
    p: () => actions.move(-1, true),
    '?': actions.help,
    Escape: actions.escape,
  }
  const inList: Readonly<Record<string, () => void>> = {
    ArrowDown: () => actions.move(1, false),
    ArrowUp: () => actions.move(-1, false),
    Enter: actions.enter,
  }
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    const target = event.target instanceof Element ? event.target : document.body
    if (document.querySelector('dialog[open]') !== null) return
    const isWriting = target.matches('input, textarea, select')
    const isInList = target.matches('.list')
    const action =
      isWriting && event.key !== 'Escape'
        ? undefined
        : (byKey[event.key] ?? (isInList ? inList[event.key] : undefined))
    if (action === undefined) return
    event.preventDefault()
    action()
  })
}
