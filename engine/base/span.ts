/** The way from the root of a document to one of its values. */
export type Path = readonly (string | number)[]

/** A place in a source file. Lines and columns start at 1, offsets at 0; `end` is exclusive. Plain data: crosses threads. */
export interface Span {
  readonly file: string
  readonly line: number
  readonly col: number
  readonly start: number
  readonly end: number
}

/** `steps.2.send.alert`: how a path is written in messages and as a key of span maps. */
export function pathText(path: Path): string {
  return path.join('.')
}
