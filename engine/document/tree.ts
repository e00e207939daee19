import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Scalar,
  type Alias,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'

/** One value of a document with its place in the file. Plain data below `value`, positions beside it. */
export interface Item {
  readonly value: unknown
  readonly start: number
  readonly end: number
  /** Where its key stands, for the values of a map. */
  readonly key?: Range
  /** The scalar it was read from, for positions inside it. */
  readonly scalar?: Scalar
  readonly children?: ReadonlyMap<string | number, Item>
  /** How many values it stands for, aliases written out. */
  readonly size: number
}

export interface Range {
  readonly start: number
  readonly end: number
}

/** Something wrong with a value; `start` and `end` are offsets in the file. */
export interface Finding extends Range {
  readonly code: string
  readonly message: string
  readonly hint?: string
}

export interface BuildRules {
  /** The most values, aliases written out. */
  readonly nodes: number
  /** Whole numbers beyond 2^53 are rounded, as in the bounds of a CRD, and not refused. */
  readonly rounds: boolean
}

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

interface MapBuild {
  readonly value: Record<string, unknown>
  readonly children: Map<string, Item>
  readonly merged: Map<string, Item>
}

/** Makes plain data and an index of positions out of yaml's nodes, and finds what a scenario may not say. */
export class TreeBuilder {
  readonly findings: Finding[] = []
  readonly #anchors = new Map<string, Item>()
  readonly #open = new Set<string>()
  readonly #rules: BuildRules

  constructor(rules: BuildRules) {
    this.#rules = rules
  }

  build(node: unknown, key?: Range): Item {
    if (isAlias(node)) return this.#alias(node, key)
    const range = rangeOf(node, key)
    if (!isScalar(node) && !isMap(node) && !isSeq(node))
      return { value: null, ...range, ...keyed(key), size: 1 }
    const name = node.anchor
    if (name !== undefined) this.#open.add(name)
    const item = this.#collect(node, key)
    if (name !== undefined) {
      this.#open.delete(name)
      this.#anchors.set(name, item)
    }
    return item
  }

  #collect(node: Scalar | YAMLMap | YAMLSeq, key: Range | undefined): Item {
    const range = rangeOf(node, key)
    if (isScalar(node))
      return { value: this.#plain(node, range), ...range, ...keyed(key), scalar: node, size: 1 }
    return isMap(node) ? this.#map(node, range, key) : this.#list(node, range, key)
  }

  #plain(node: Scalar, range: Range): unknown {
    const { value } = node
    if (typeof value === 'bigint') {
      if (this.#rules.rounds || Number.isSafeInteger(Number(value))) return Number(value)
      const message = `${node.source ?? String(value)}: expected a whole number of at most 2^53`
      this.#find('BIG_NUMBER', range, { message, hint: 'put it in quotes if it is text' })
      return null
    }
    if (typeof value === 'number' && !Number.isFinite(value)) {
      this.#find('NOT_JSON', range, { message: `${node.source ?? String(value)}: expected a finite number` })
      return null
    }
    return value
  }

  #list(node: YAMLSeq, range: Range, key: Range | undefined): Item {
    const items = node.items.map((item) => this.build(item))
    const value = items.map((item) => item.value)
    return this.#sized({
      value,
      ...range,
      ...keyed(key),
      children: new Map(items.entries()),
      size: sizeOf(items),
    })
  }

  #map(node: YAMLMap, range: Range, key: Range | undefined): Item {
    const build: MapBuild = { value: {}, children: new Map(), merged: new Map() }
    for (const pair of node.items) this.#pair(pair, build)
    for (const [name, item] of build.merged) {
      if (build.children.has(name)) continue
      build.children.set(name, item)
      build.value[name] = item.value
    }
    const size = sizeOf(build.children.values())
    return this.#sized({ value: build.value, ...range, ...keyed(key), children: build.children, size })
  }

  #pair(pair: Pair, build: MapBuild): void {
    const key = rangeOf(pair.key)
    if (!isScalar(pair.key)) {
      this.#find('BAD_KEY', key, { message: 'a key must be text, not a list, a map or an alias' })
      return
    }
    const name = keyText(pair.key)
    if (name === '<<' && pair.key.type === Scalar.PLAIN) {
      this.#merge(pair.value, key, build)
      return
    }
    const item = this.build(pair.value, key)
    if (FORBIDDEN.has(name)) {
      this.#find('FORBIDDEN_KEY', key, { message: `${name}: this word cannot be a key` })
      return
    }
    if (build.children.has(name)) {
      this.#find('DUPLICATE_KEY', key, { message: `${name}: the same key stands above in this map` })
      return
    }
    build.children.set(name, item)
    build.value[name] = item.value
  }

  /** Keys of the map itself win over merged ones, earlier sources over later ones. */
  #merge(source: unknown, key: Range, build: MapBuild): void {
    const sources = isSeq(source) ? source.items : [source]
    for (const each of sources) {
      const item = this.build(each)
      const isMapItem = typeof item.value === 'object' && item.value !== null && !Array.isArray(item.value)
      if (!isMapItem) {
        this.#find('BAD_MERGE', key, { message: '<<: expected a map or a list of maps, such as *name' })
        return
      }
      for (const [name, child] of item.children ?? []) {
        if (typeof name === 'string' && !build.merged.has(name)) build.merged.set(name, child)
      }
    }
  }

  #alias(node: Alias, key: Range | undefined): Item {
    const range = rangeOf(node, key)
    const target = this.#anchors.get(node.source)
    if (this.#open.has(node.source)) {
      this.#find('UNKNOWN_ALIAS', range, {
        message: `*${node.source}: an alias cannot stand inside what it names`,
      })
    } else if (target === undefined) {
      const message = `*${node.source}: nothing above is marked &${node.source}`
      this.#find('UNKNOWN_ALIAS', range, { message, hint: 'put text that begins with * in quotes' })
    } else {
      return this.#sized({ ...target, ...range, ...keyed(key) })
    }
    return { value: null, ...range, ...keyed(key), size: 1 }
  }

  /** Aliases of aliases can stand for billions of values; what is too big becomes null. */
  #sized(item: Item): Item {
    if (item.size <= this.#rules.nodes) return item
    const message = `aliases make this too big: expected at most ${this.#rules.nodes} values`
    this.#find('TOO_MANY_NODES', item, { message })
    return { value: null, start: item.start, end: item.end, ...keyed(item.key), size: 1 }
  }

  #find(code: string, { start, end }: Range, text: { message: string; hint?: string }): void {
    this.findings.push({ code, start, end, ...text })
  }
}

/** The place of a node without the blanks after it; what is empty stands where its key is. */
function rangeOf(node: unknown, key?: Range): Range {
  const [start, end] = (node as Node | null | undefined)?.range ?? [0, 0]
  if (end > start) return { start, end }
  return key ?? { start, end }
}

function keyed(key: Range | undefined): { key?: Range } {
  return key === undefined ? {} : { key }
}

function keyText(key: Scalar): string {
  if (typeof key.value === 'string') return key.value
  return key.source ?? ''
}

function sizeOf(items: Iterable<Item>): number {
  let size = 1
  for (const item of items) size += item.size
  return size
}
