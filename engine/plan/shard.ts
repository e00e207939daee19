/** One part of a suite: `2/4`. */
export interface Shard {
  /** From 1. */
  readonly index: number
  readonly count: number
}

/** Reads `2/4`; throws an Error that says what is wrong. */
export function parseShard(text: string): Shard {
  const [, index, count] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []
  const shard = { index: Number(index), count: Number(count) }
  if (index === undefined || shard.count < 1) throw new Error('expected INDEX/COUNT, such as 1/4')
  if (shard.index < 1 || shard.index > shard.count)
    throw new Error(`expected an index from 1 to ${shard.count}`)
  return shard
}

/** The members of a part: the longest first, each to the part that has least to do. Every item is in exactly one part. */
export function shardOf<T extends { readonly id: string }>(
  items: readonly T[],
  { index, count }: Shard,
  expectedMs: (item: T) => number,
): readonly T[] {
  const loads = Array.from({ length: count }, () => 0)
  const mine = new Set<string>()
  const longestFirst = [...items].sort((a, b) => expectedMs(b) - expectedMs(a) || (a.id < b.id ? -1 : 1))
  for (const item of longestFirst) {
    const part = loads.indexOf(Math.min(...loads))
    loads[part] = (loads[part] ?? 0) + expectedMs(item)
    if (part === index - 1) mine.add(item.id)
  }
  return items.filter(({ id }) => mine.has(id))
}
