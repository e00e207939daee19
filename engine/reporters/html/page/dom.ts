import { escapeControls } from '../../text.ts'

export type Child = Node | string | undefined
export type Attributes = Readonly<
  Record<string, string | number | boolean | undefined | ((event: Event) => void)>
>

/**
 * Makes an element. All text becomes text, never markup; attributes that are undefined or false are left out, and
 * functions listen to the event they are named after.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) setAttribute(element, key, value)
  element.append(...nodesOf(children))
  return element
}

function setAttribute(element: HTMLElement, key: string, value: Attributes[string]): void {
  if (value === undefined || value === false) return
  if (typeof value === 'function') element.addEventListener(key, value)
  else element.setAttribute(key, value === true ? '' : SPOKEN.has(key) ? shown(String(value)) : String(value))
}

const SPOKEN = new Set(['title', 'aria-label'])

/** Puts other children into an element. */
export function fill(element: Element, ...children: readonly Child[]): void {
  element.replaceChildren(...nodesOf(children))
}

function nodesOf(children: readonly Child[]): readonly Node[] {
  return children.flatMap((child) => {
    if (child === undefined || child === '') return []
    return [typeof child === 'string' ? document.createTextNode(shown(child)) : child]
  })
}

/** What would be hidden, or would turn the text around, can be seen; lines stay lines. */
export function shown(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/[^\n\t]+/g, escapeControls)
}

/** A number of times as wide as what it is in. */
export function place(element: HTMLElement, left: number, width: number): void {
  element.style.left = `${left * 100}%`
  element.style.width = `${width * 100}%`
}
