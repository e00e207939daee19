import type { Scenario } from '../../scenario/scenario.ts'

/** A scenario that may notice a fault. */
export interface Pair {
  readonly scenario: Scenario
  /** Its name. */
  readonly fault: string
}

/**
 * Pairs in an order that soon answers who notices what: for each fault first the scenario that speaks most of the same
 * things, and faults that few could notice before others. Only the time it takes depends on it.
 *
 * @param textOf What is said of a fault.
 */
export function likelyFirst(pairs: readonly Pair[], textOf: (fault: string) => string): readonly Pair[] {
  const scenarios = new Set(pairs.map(({ scenario }) => scenario))
  const words = new Map(
    [...scenarios].map((scenario) => [scenario, wordsOf(JSON.stringify(spoken(scenario)))]),
  )
  const weight = weights([...words.values()])
  const faults = [...new Set(pairs.map(({ fault }) => fault))]
  const ranked = faults.flatMap((fault) => {
    const about = wordsOf(textOf(fault))
    const score = ({ scenario }: Pair): number =>
      [...about].reduce((sum, word) => sum + (words.get(scenario)?.has(word) === true ? weight(word) : 0), 0)
    const own = pairs.filter((pair) => pair.fault === fault).map((pair) => ({ pair, score: score(pair) }))
    return own.sort((a, b) => b.score - a.score).map(({ pair }, rank) => ({ pair, rank, rivals: own.length }))
  })
  return ranked.sort((a, b) => a.rank - b.rank || a.rivals - b.rivals).map(({ pair }) => pair)
}

/** What a scenario says of itself and does. */
function spoken({ id, name, description, tags, covers, steps }: Scenario): unknown {
  return [id, name, description, tags, covers, steps.map((step) => [step.name, step.verb, step.input])]
}

const STEM = 5

/** By their beginnings, so that `buffer` is found in `buffered`. */
function wordsOf(text: string): ReadonlySet<string> {
  return new Set((text.toLowerCase().match(/[a-z0-9]{2,}/g) ?? []).map((word) => word.slice(0, STEM)))
}

/** A word that is in all texts says nothing, a rare one much. */
function weights(texts: readonly ReadonlySet<string>[]): (word: string) => number {
  const counts = new Map<string, number>()
  for (const text of texts) for (const word of text) counts.set(word, (counts.get(word) ?? 0) + 1)
  return (word) => Math.log(texts.length / (counts.get(word) ?? texts.length))
}
