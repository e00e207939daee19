import type { Ending, ScenarioRow } from '../model.ts'
import type { Filter } from './route.ts'
import { ENDINGS } from './words.ts'

const texts = new WeakMap<ScenarioRow, string>()

/** The scenarios that a filter chooses, in the order it asks for. */
export function chosen(rows: readonly ScenarioRow[], filter: Filter): readonly ScenarioRow[] {
  const words = wordsOf(filter.text)
  const kept = rows.filter((row) => isChosen(row, filter, words))
  if (filter.order === 'slowest') return kept.sort((a, b) => b.ms - a.ms)
  if (filter.order === 'worst') return kept.sort((a, b) => rankOf(a.ending) - rankOf(b.ending))
  return kept
}

/** How many there are of each ending, whatever endings the filter asks for. */
export function countsOf(rows: readonly ScenarioRow[], filter: Filter): ReadonlyMap<Ending, number> {
  const counts = new Map<Ending, number>()
  const words = wordsOf(filter.text)
  for (const row of rows)
    if (isChosen(row, { ...filter, endings: [] }, words))
      counts.set(row.ending, (counts.get(row.ending) ?? 0) + 1)
  return counts
}

function isChosen(row: ScenarioRow, filter: Filter, words: readonly string[]): boolean {
  const { endings, tag, profile, thread } = filter
  if (endings.length > 0 && !endings.includes(row.ending)) return false
  if (tag !== '' && !row.tags.includes(tag)) return false
  if (profile !== '' && row.profile !== profile) return false
  if (thread !== '' && !row.attempts.some((attempt) => String(attempt.thread) === thread)) return false
  const text = textOf(row)
  return words.every((word) => text.includes(word))
}

function textOf(row: ScenarioRow): string {
  const known = texts.get(row)
  if (known !== undefined) return known
  const { id, name, file, tags, profile, sentence = '', ending } = row
  const text = [id, name, file, ...tags, profile, sentence, ending].join('\n').toLowerCase()
  texts.set(row, text)
  return text
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean)
}

function rankOf(ending: Ending): number {
  return ENDINGS.indexOf(ending)
}
