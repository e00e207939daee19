import { isObject } from '../base/json.ts'
import type { Checked, Problem } from '../base/problem.ts'
import type { Path, Span } from '../base/span.ts'
import { composeAll, isEmpty, type Composed } from './compose.ts'
import { decode, firstUnreadable } from './decode.ts'
import { scenarioLimits } from './limits.ts'
import { Lines } from './lines.ts'
import { scalarPlaces } from './scalar-places.ts'
import { survey, type Survey } from './survey.ts'
import { explainSyntax } from './syntax.ts'
import { TreeBuilder, type Finding, type Item } from './tree.ts'
import { findUnquoted, type UnquotedTemplate } from './unquoted-template.ts'

/** A file of one YAML document: its plain data, and where each piece of it stands. */
export interface Document {
  readonly file: string
  /** As decoded from the file, a byte order mark included; offsets of spans count in it. */
  readonly text: string
  /** Plain JSON data. Aliases and merge keys are written out; parts may be shared, so never change it. */
  readonly value: unknown
  /** The place of the value at a path, or of its key. For a path that is not there, of the nearest parent that is. */
  span(path: Path, part?: 'key' | 'value'): Span
  /** The place of the characters `start` to `end` of the decoded string at a path; its whole place when it is no string. */
  spanWithin(path: Path, start: number, end: number): Span
  /** The keys of the map at a path in the order of the file; empty when there is no map. */
  keys(path: Path): readonly string[]
}

/** Reads one YAML document, or says everything that is wrong with it. Never throws, whatever the bytes. */
export function parseDocument(file: string, source: string | Uint8Array): Checked<Document> {
  const decoded = decode(source, scenarioLimits.bytes)
  if (!('text' in decoded)) {
    const lines = new Lines(file, decoded.readable)
    const at = decoded.code === 'NOT_TEXT' ? firstUnreadable(decoded.readable) : 0
    return { ok: false, problems: [problemAt(lines, { ...decoded, start: at, end: at + 1 })] }
  }
  const lines = new Lines(file, decoded.text)
  const surveyed = survey(decoded.text, scenarioLimits)
  if (surveyed.excess !== undefined) {
    const { code, message, offset } = surveyed.excess
    return { ok: false, problems: [problemAt(lines, { code, message, start: offset, end: offset + 1 })] }
  }
  const { found, masked } = findUnquoted(decoded.text, surveyed)
  const read = readTree(masked, found.length === 0 ? surveyed : survey(masked, scenarioLimits))
  const problems = [
    ...found.map((template) => unquotedProblem(lines, template)),
    ...read.findings.map((finding) => problemAt(lines, finding)),
  ].sort((a, b) => a.span.start - b.span.start)
  if (problems.length > 0 || read.root === undefined) return { ok: false, problems }
  return { ok: true, value: new ParsedDocument(file, decoded.text, read.root, lines), problems: [] }
}

interface Read {
  readonly root?: Item
  readonly findings: readonly Finding[]
}

function readTree(text: string, surveyed: Survey): Read {
  const [first, second] = composeAll(text, surveyed)
  const wrong = [first, second].flatMap((document) => [
    ...(document?.errors ?? []),
    ...(document?.warnings ?? []),
  ])
  if (wrong.length > 0) return { findings: explainSyntax(wrong, text, surveyed) }
  if (first === undefined || isEmpty(first))
    return { findings: [{ code: 'EMPTY_FILE', message: 'the file is empty', start: 0, end: 0 }] }
  if (second !== undefined) return { findings: [severalDocuments(second)] }
  const builder = new TreeBuilder({ nodes: scenarioLimits.nodes, rounds: false })
  const root = builder.build(first.contents)
  return { root, findings: builder.findings }
}

function severalDocuments({ range: [start] }: Composed): Finding {
  const hint = 'put each into a file of its own'
  return {
    code: 'SEVERAL_DOCUMENTS',
    message: 'a second document begins here: expected one',
    hint,
    start,
    end: start + 3,
  }
}

function problemAt(lines: Lines, finding: Finding): Problem {
  const { code, message, hint, start, end } = finding
  const span = lines.span(start, Math.min(end, Math.max(start + 1, lines.lineEnd(start))))
  return { code, severity: 'error', message, span, ...(hint === undefined ? {} : { hint }) }
}

function unquotedProblem(lines: Lines, { start, end, text }: UnquotedTemplate): Problem {
  return {
    code: 'UNQUOTED_TEMPLATE',
    severity: 'error',
    message: '${…} stands without quotes, so YAML reads its braces and colons',
    hint: `write ${text}`,
    span: lines.span(start, end),
    fix: { start, end, text },
  }
}

class ParsedDocument implements Document {
  readonly file: string
  readonly text: string
  readonly #root: Item
  readonly #lines: Lines

  constructor(file: string, text: string, root: Item, lines: Lines) {
    this.file = file
    this.text = text
    this.#root = root
    this.#lines = lines
  }

  get value(): unknown {
    return this.#root.value
  }

  span(path: Path, part: 'key' | 'value' = 'value'): Span {
    const { item } = this.#find(path)
    const { start, end } = part === 'key' ? (item.key ?? item) : item
    return this.#lines.span(start, this.#trimmed(start, end))
  }

  spanWithin(path: Path, start: number, end: number): Span {
    const { item, found } = this.#find(path)
    const places = found && item.scalar !== undefined ? scalarPlaces(item.scalar, this.text) : undefined
    if (places === undefined) return this.span(path)
    const from = places[start]?.start ?? places.at(-1)?.end ?? item.start
    const to = end > start ? (places[end - 1]?.end ?? places.at(-1)?.end ?? item.end) : from
    return this.#lines.span(from, to)
  }

  keys(path: Path): readonly string[] {
    const { item, found } = this.#find(path)
    const keys = found && isObject(item.value) ? [...(item.children?.keys() ?? [])] : []
    return keys.map(String)
  }

  #find(path: Path): { item: Item; found: boolean } {
    let item = this.#root
    for (const key of path) {
      const child = item.children?.get(key)
      if (child === undefined) return { item, found: false }
      item = child
    }
    return { item, found: true }
  }

  /** Block collections end where the next thing begins; their trailing blank lines are nobody's. */
  #trimmed(start: number, end: number): number {
    return start + this.text.slice(start, end).trimEnd().length
  }
}
