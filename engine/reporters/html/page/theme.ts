import { h } from './dom.ts'

const THEMES = ['system', 'light', 'dark'] as const
type Theme = (typeof THEMES)[number]
const KEY = 'gwscen-theme'

/** A button that goes through the themes; `changed` is called after each change, also by the system. */
export function themeButton(changed: () => void): HTMLElement {
  let theme: Theme = THEMES.find((one) => one === remembered()) ?? 'system'
  const button = h('button', { type: 'button', class: 'quiet', click: () => apply(next(theme)) })
  const apply = (wanted: Theme): void => {
    theme = wanted
    if (theme === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = theme
    button.textContent = `${theme === 'dark' ? '☾' : theme === 'light' ? '☀' : '◐'} ${theme}`
    button.setAttribute('aria-label', `Theme: ${theme}. Press for ${next(theme)}.`)
    remember(theme)
    changed()
  }
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed)
  apply(theme)
  return button
}

function next(theme: Theme): Theme {
  return THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system'
}

/** Some browsers keep nothing for pages that are files, and say so by an error. */
function remembered(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

function remember(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // It is chosen again next time.
  }
}
