import { h, type Child } from './dom.ts'

/** A part of a page with a heading; nothing when it would be empty. */
export function section(title: string, ...children: readonly Child[]): HTMLElement | undefined {
  const content = children.filter((child) => child !== undefined)
  if (content.length === 0) return undefined
  return h('section', {}, h('h3', {}, title), ...content)
}

/** What is only made when somebody opens it. */
export function folded(
  summary: readonly Child[],
  make: () => readonly Child[],
  options: { readonly open?: boolean; readonly class?: string } = {},
): HTMLDetailsElement {
  let isMade = false
  const details = h('details', { class: options.class }, h('summary', {}, ...summary))
  const show = (): void => {
    if (isMade) return
    isMade = true
    details.append(h('div', { class: 'inside' }, ...make()))
  }
  details.addEventListener('toggle', () => {
    if (details.open) show()
  })
  if (options.open === true) {
    details.open = true
    show()
  }
  return details
}

const LONGEST_LINES = 24

/** Text as it is; a long one is folded, and says how long it is. */
export function textBlock(text: string, title: string): HTMLElement {
  const lines = text.split('\n').length
  const block = (): HTMLElement => h('pre', {}, text)
  if (lines <= LONGEST_LINES && text.length < 4000) return block()
  return folded([`${title}, ${lines} lines`], () => [block()], { class: 'long' })
}

/** Names and values below each other. */
export function facts(rows: readonly (readonly [string, Child])[]): HTMLElement {
  return h(
    'dl',
    { class: 'facts' },
    ...rows.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
  )
}

/** A command with a button that copies it. */
export function commandLine(command: string): HTMLElement {
  const status = h('span', { role: 'status', class: 'copied' })
  const copy = (): void =>
    void copied(command).then((done) => (status.textContent = done ? 'copied' : 'press Ctrl+C'))
  return h(
    'div',
    { class: 'command' },
    h('code', {}, command),
    h('button', { type: 'button', click: copy, 'aria-label': `Copy ${command}` }, 'Copy'),
    status,
  )
}

/** Pages from a file may not be let at the clipboard in the new way; then the old one may work. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = h('textarea', { 'aria-hidden': 'true', class: 'spoken' })
    area.value = text
    document.body.append(area)
    area.select()
    // No other way is left where the page is a file.
    const done = (document as { execCommand?: (command: string) => boolean }).execCommand?.('copy') ?? false
    area.remove()
    return done
  }
}
