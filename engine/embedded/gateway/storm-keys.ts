/** Redis keys of buffers and windows. `entries` keys hold whole signals and exist only where something reads them. */
export const stormKeys = {
  buffer: (namespace: string, name: string): string => `alert:buffer:${namespace}:${name}`,
  bufferEntries: (namespace: string, name: string): string => `alert:buffered:${namespace}:${name}`,
  flushEntries: (namespace: string, name: string, id: string): string =>
    `alert:flushing:${namespace}:${name}:${id}`,
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
  /** A buffer that has ended and whose alerts are given objects. */
  | { readonly kind: 'flush'; readonly namespace: string; readonly name: string; readonly id: string }

/** Always the same text for the same thing, so that it can be a member of a set. The last word may get a suffix. */
export function dueText(due: Due): string {
  return [due.kind, ...partsOf(due).map(encodeURIComponent)].join(' ')
}

export function parseDue(text: string): Due {
  const [kind = '', first = '', second = '', id = ''] = text.split(' ').map(decodeURIComponent)
  if (kind === 'window') return { kind, key: first, id: second }
  const buffer = { namespace: first, name: second }
  return kind === 'flush' ? { kind, ...buffer, id } : { kind: 'buffer', ...buffer }
}

function partsOf(due: Due): readonly string[] {
  switch (due.kind) {
    case 'window':
      return [due.key, due.id]
    case 'flush':
      return [due.namespace, due.name, due.id]
    case 'buffer':
      return [due.namespace, due.name]
  }
}

/** How long whole signals outlive their buffer or window, for a gateway that starts late. */
export const TAKE_OVER_MS = 600_000
