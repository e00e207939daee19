import fc from 'fast-check'

/** One slip of a hand, or of a disk. */
export type Mutation = (bytes: Uint8Array) => Uint8Array

const KEYS = [
  'send',
  'sned',
  'expect',
  'within',
  'steps',
  'vars',
  'as',
  'template',
  'inputs',
  'cases',
  'matrix',
].concat([
  'gateway',
  'namespaces',
  '$gtt',
  '$gte',
  '$expr',
  '<<',
  '__proto__',
  'constructor',
  '? x',
  '',
  '"a b"',
])
const VALUES = [
  '5',
  '-1',
  '1e999',
  '99999999999999999999',
  'true',
  'null',
  '~',
  '""',
  '[]',
  '{}',
  '[[1], {a: 1}]',
  'yes',
]
  .concat([
    '5s',
    '5 s',
    '|',
    '>-',
    '&a',
    '*a',
    '!!set',
    '!x',
    '0x1f',
    '2026-01-01',
    '"${',
    '${',
    '$${x}',
    "'${x}'",
  ])
  .concat([
    '"${vars}"',
    '"${}"',
    '"${1 +}"',
    '"${vars.nothing.at.all}"',
    '"${unique(1)}"',
    '"a ${ns.app} ${i} b"',
  ])
  .concat([
    '"${[1,2].map(x, x * 2)}"',
    `"\${${'!'.repeat(3000)}true}"`,
    `"\${${'1+'.repeat(3000)}1}"`,
    '"(a+)+$"',
  ])
const PIECES = [
  '\t',
  '\ufeff',
  '\0',
  '\r',
  '\r\n',
  '\n---\n',
  '\n...\n',
  '{',
  '}',
  '[',
  ']',
  '- ',
  ': ',
  '#',
  '"',
  "'",
]
  .concat([
    '\u2028',
    '\u0085',
    '😀',
    '&a ',
    '*a ',
    '%YAML 1.1\n',
    '${',
    '}',
    '\\',
    '[ '.repeat(100),
    '- '.repeat(3000),
  ])
  .concat(['{a: '.repeat(70), 'a: &x [*x]\n', 'x: ${a: b}\n', 'é'.repeat(2000)])

/** A place in a text, as a share of its length. */
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const at = (share: number, length: number): number => Math.floor(share * length)

function ofLines(change: (lines: string[]) => string[]): Mutation {
  return (bytes) => Buffer.from(change(Buffer.from(bytes).toString('utf8').split('\n')).join('\n'))
}

function ofText(change: (text: string) => string): Mutation {
  return (bytes) => Buffer.from(change(Buffer.from(bytes).toString('utf8')))
}

/** Replaces the one of all matches that lies at a share of them. */
function replaceOne(text: string, pattern: RegExp, share: number, by: (match: string) => string): string {
  const found = [...text.matchAll(pattern)]
  const match = found[at(share, found.length)]
  if (match === undefined) return text
  return text.slice(0, match.index) + by(match[0]) + text.slice(match.index + match[0].length)
}

const lineMutations = fc
  .tuple(fc.constantFrom('delete', 'double', 'swap', 'indent', 'outdent'), place, place)
  .map(([how, one, other]): Mutation =>
    ofLines((lines) => {
      const first = at(one, lines.length)
      const second = at(other, lines.length)
      const line = lines[first] ?? ''
      if (how === 'delete') return lines.toSpliced(first, 1)
      if (how === 'double') return lines.toSpliced(second, 0, line)
      if (how === 'swap') return lines.with(first, lines[second] ?? '').with(second, line)
      return lines.with(first, how === 'indent' ? `  ${line}` : line.replace(/^ {1,2}/, ''))
    }),
  )

const renamedKey = fc
  .tuple(place, fc.constantFrom(...KEYS))
  .map(([share, key]): Mutation => ofText((text) => replaceOne(text, /[$\w-]+(?=: )/g, share, () => key)))

const otherValue = fc
  .tuple(place, fc.constantFrom(...VALUES))
  .map(([share, value]): Mutation =>
    ofText((text) => replaceOne(text, /(?<=: )[^,}\n]+/g, share, () => value)),
  )

const inserted = fc
  .tuple(
    place,
    fc.oneof(
      fc.constantFrom(...PIECES).map((piece) => Buffer.from(piece)),
      fc.uint8Array({ maxLength: 8 }),
    ),
  )
  .map(([share, piece]): Mutation => (bytes) => {
    const here = at(share, bytes.length)
    return Buffer.concat([bytes.subarray(0, here), piece, bytes.subarray(here)])
  })

const cut = fc.tuple(place, place).map(([from, length]): Mutation => (bytes) => {
  const start = at(from, bytes.length)
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + at(length, bytes.length))])
})

const ended = place.map(
  (share): Mutation =>
    (bytes) =>
      bytes.subarray(0, at(share, bytes.length)),
)

const misspelt = place.map((share): Mutation =>
  ofText((text) =>
    replaceOne(text, /[a-z]{3,}/g, share, ([a = '', b = '', ...rest]) => b + a + rest.join('')),
  ),
)

/** A piece of another file in place of a piece of this one, as a slip of copy and paste makes it. */
function pasted(others: readonly Uint8Array[]): fc.Arbitrary<Mutation> {
  const size = fc.nat({ max: 60 })
  return fc
    .tuple(fc.constantFrom(...others), place, size, place, size)
    .map(([other, from, taken, to, replaced]): Mutation => (bytes) => {
      const start = at(from, other.length)
      const here = at(to, bytes.length)
      return Buffer.concat([
        bytes.subarray(0, here),
        other.subarray(start, start + taken),
        bytes.subarray(here + replaced),
      ])
    })
}

/** Deleted, doubled and swapped lines, renamed keys, other types, pieces that are too much, missing or of other files. */
export function mutationsWith(others: readonly Uint8Array[]): fc.Arbitrary<Mutation> {
  return fc.oneof(
    { arbitrary: lineMutations, weight: 4 },
    { arbitrary: renamedKey, weight: 3 },
    { arbitrary: otherValue, weight: 4 },
    { arbitrary: misspelt, weight: 2 },
    { arbitrary: inserted, weight: 2 },
    { arbitrary: pasted(others), weight: 3 },
    cut,
    ended,
  )
}
