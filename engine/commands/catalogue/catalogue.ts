import type { Scenario } from '../../scenario/scenario.ts'

/** One file of scenarios, as the catalogue shows it. */
export interface Entry {
  readonly name: string
  readonly description?: string
  readonly file: string
  readonly tags: readonly string[]
  readonly owner?: string
  readonly profile?: string
  /** How many scenarios its cases make; 1 without any. */
  readonly cases: number
  /** The finding on which it is known to fail. */
  readonly gap?: string
}

export interface Chapter {
  readonly title: string
  readonly entries: readonly Entry[]
}

export interface Catalogue {
  readonly scenarios: number
  readonly files: number
  readonly chapters: readonly Chapter[]
}

export const groupings = ['covers', 'tags', 'owner'] as const

export type Grouping = (typeof groupings)[number]

const WITHOUT: Readonly<Record<Grouping, string>> = {
  covers: 'Without a requirement',
  tags: 'Without a tag',
  owner: 'Without an owner',
}

/** Scenarios by what they are grouped by, in its order; what has several is in several chapters, what has none is last. */
export function catalogueOf(scenarios: readonly Scenario[], by: Grouping): Catalogue {
  const files = new Map<string, Scenario[]>()
  for (const one of scenarios) files.set(one.file, [...(files.get(one.file) ?? []), one])
  const chapters = new Map<string, Entry[]>()
  const lonely: Entry[] = []
  for (const cases of files.values()) {
    const [first] = cases
    if (first === undefined) continue
    const entry = entryOf(first, cases.length)
    const titles = by === 'owner' ? [first.owner].filter((owner) => owner !== undefined) : first[by]
    if (titles.length === 0) lonely.push(entry)
    for (const title of titles) chapters.set(title, [...(chapters.get(title) ?? []), entry])
  }
  const sorted = [...chapters]
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([title, entries]) => ({ title, entries }))
  return {
    scenarios: scenarios.length,
    files: files.size,
    chapters: lonely.length === 0 ? sorted : [...sorted, { title: WITHOUT[by], entries: lonely }],
  }
}

function entryOf(scenario: Scenario, cases: number): Entry {
  const { name, description, file, tags, owner, profile, knownGap } = scenario
  return {
    name,
    file,
    tags,
    cases,
    ...(description === undefined ? {} : { description: description.replaceAll(/\s+/g, ' ').trim() }),
    ...(owner === undefined ? {} : { owner }),
    ...(profile === undefined ? {} : { profile }),
    ...(knownGap === undefined ? {} : { gap: knownGap.defect }),
  }
}

/** `22 scenarios in 9 files`. */
export function countsOf({ scenarios, files }: Catalogue): string {
  const some = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`
  return `${some(scenarios, 'scenario')} in ${some(files, 'file')}`
}

/** `profile dedup · p0, tenants · owner red · 3 cases`. */
export function factsOf({ profile, tags, owner, cases, gap }: Entry): string {
  return [
    ...(profile === undefined ? [] : [`profile ${profile}`]),
    ...(tags.length === 0 ? [] : [tags.join(', ')]),
    ...(owner === undefined ? [] : [`owner ${owner}`]),
    ...(cases === 1 ? [] : [`${cases} cases`]),
    ...(gap === undefined ? [] : [`known gap ${gap}`]),
  ].join(' · ')
}
