/** Redis keys of buffers and windows. `entries` keys hold whole signals and exist only where something reads them. */
export const stormKeys = {
  buffer: (namespace: string, name: string): string => `alert:buffer:${namespace}:${name}`,
  bufferEntries: (namespace: string, name: string): string => `alert:buffered:${namespace}:${name}`,
  resources: (windowId: string): string => `alert:storm:resources:${windowId}`,
  metadata: (windowId: string): string => `alert:storm:metadata:${windowId}`,
  windowEntries: (windowId: string): string => `alert:storm:members:${windowId}`,
  /** What is to be done when: member = a `Due` as text, score = Unix milliseconds. */
  deadlines: 'alert:storm:deadlines',
} as const

/** Something that happens when nobody adds to it any more. */
export type Due =
  | { readonly kind: 'buffer'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'window'; readonly id: string; readonly key: string }

/** Always the same text for the same thing, so that it can be a member of a set. The last word may get a suffix. */
export function dueText(due: Due): string {
  const [first, second] = due.kind === 'buffer' ? [due.namespace, due.name] : [due.key, due.id]
  return `${due.kind} ${encodeURIComponent(first)} ${encodeURIComponent(second)}`
}

export function parseDue(text: string): Due {
  const [kind = '', first = '', second = ''] = text.split(' ').map(decodeURIComponent)
  return kind === 'buffer'
    ? { kind: 'buffer', namespace: first, name: second }
    : { kind: 'window', key: first, id: second }
}

/** How long whole signals outlive their buffer or window, for a gateway that starts late. */
export const TAKE_OVER_MS = 600_000
