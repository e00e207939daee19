import type { History } from '../../plan/history.ts'
import type { TagTest } from '../../plan/tag-expression.ts'
import type { ScheduleOptions } from '../schedule.ts'

/** Which scenarios the next run is for. */
export type Choice =
  | { readonly what: 'all' }
  | { readonly what: 'failed' }
  | { readonly what: 'name'; readonly name: RegExp }
  | { readonly what: 'tags'; readonly tags: TagTest; readonly text: string }
  /** Absolute paths. */
  | { readonly what: 'files'; readonly files: ReadonlySet<string> }

/** A choice as `run` would be told of it; what was given on the command line holds as well. */
export function selectionOf(
  choice: Choice,
): Pick<ScheduleOptions, 'lastFailed' | 'name' | 'tags' | 'changed'> {
  switch (choice.what) {
    case 'all':
      return {}
    case 'failed':
      return { lastFailed: true }
    case 'name':
      return { name: choice.name }
    case 'tags':
      return { tags: choice.tags }
    case 'files':
      return { changed: choice.files }
  }
}

/** Why nothing is run: nothing was meant by this choice. */
export function nothingFor(choice: Choice, history: History): string {
  switch (choice.what) {
    case 'all':
      return 'there is no scenario'
    case 'failed':
      return Object.keys(history).length === 0 ? 'nothing has run yet' : 'nothing failed the last time'
    case 'name':
      return `no scenario has a name or id like ${String(choice.name)}`
    case 'tags':
      return `no scenario has the tags ${choice.text}`
    case 'files':
      return 'no scenario uses what was changed'
  }
}
