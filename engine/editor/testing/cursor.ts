/** Lines and characters from 0. */
export interface Position {
  readonly line: number
  readonly character: number
}

const CURSOR = '▮'

/** A text with `▮` in it → the text without it, and where it was. */
export function withCursor(marked: string): { readonly text: string; readonly position: Position } {
  const at = marked.indexOf(CURSOR)
  if (at === -1) throw new Error('no cursor in the text')
  const before = marked.slice(0, at)
  const line = before.split('\n').length - 1
  return {
    text: before + marked.slice(at + CURSOR.length),
    position: { line, character: before.length - (before.lastIndexOf('\n') + 1) },
  }
}
