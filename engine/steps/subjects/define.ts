import type { JsonObject } from '../../base/json.ts'
import type { Broken, Mismatch } from '../../base/failure.ts'
import type { StepContext } from '../context.ts'

/** What one look at a subject showed. */
export interface Look {
  /** Everything that was said of the subject holds now. */
  readonly ok: boolean
  /** All fields that differ; of the closest candidate where there are several. */
  readonly mismatches: readonly Mismatch[]
  /** One sentence on what is there: `2 {{kind}}s in app-x1, expected 1`. */
  readonly summary: string
  /** Further lines for a failure: the closest candidate, what else is there. */
  readonly notes: readonly string[]
  /** What `as` stores when the step ends with this look. */
  readonly result: JsonObject
  /** The key of the input that the first mismatch is about, where its path does not lead there. */
  readonly place?: string
  /** When nothing tells of a change before: look again after so many milliseconds (a key's remaining life). */
  readonly lookAgainMs?: number
  /** Why nothing could be seen: looked at again while there is time, and `broken` at its end. */
  readonly unseen?: string
  /** Why what was seen could not be judged, which the end of the step is then; `unseen` is its message. */
  readonly undecided?: Broken
  /** Of a look at the source: what it showed, to tell later states from earlier ones. */
  readonly version?: number
  /** What a reader should know although it holds. */
  readonly warning?: string
}

/** Says of an `absent` that was waited for that there was nothing to go away. */
export function neverSeen(what: string): string {
  return `NEVER_SEEN: ${what} was waited to be absent and was never there; \`gone\` would want it to have been`
}

/** A look that could not be had. */
export function unseen(reason: string): Look {
  return { ok: false, mismatches: [], summary: reason, notes: [], result: {}, unseen: reason }
}

/** What there was at one moment, also when it has passed since. */
export interface State {
  /** Asked for while it is there, or not at all. */
  readonly look: () => Promise<Look>
  /** When, on the scale of `Look.version`. */
  readonly version: number
}

/** A subject made ready for one step: how to look at it and how to hear of changes. */
export interface Observer {
  readonly look: () => Promise<Look>
  /** Why another look would show the same: it is not waited for. */
  readonly settled?: string
  /** How long an `expect` without `within` waits, where what is said is about what must still come; milliseconds. */
  readonly patienceMs?: () => number
  /** Why something may have happened since this observer was made that nobody saw; undefined when everything was seen. */
  readonly missed?: () => string | undefined
  /** The same from the source itself, where `look` reads something that may be a moment behind (a watch). */
  readonly confirm?: () => Promise<Look>
  /** In place of `subscribe`, where every state is told: calls the listener with each, so that none is missed between two looks. */
  readonly states?: (seen: (state: State) => void) => () => void
  /** With `states`: resolves when those up to the last look at the source were told, or after a while. */
  readonly caughtUp?: () => Promise<void>
  /** Calls the listener whenever a new look may show something else; absent = only looking tells (adaptive poll). */
  readonly subscribe?: (changed: () => void) => Promise<() => void> | (() => void)
}

/** What `expect`, `never` and `stays` can be about. One file each; adding one is a file and a line in `index.ts`. */
export interface SubjectDefinition {
  /** The key that selects it: `crd`. */
  readonly subject: string
  readonly summary: string
  /** Draft-07 schema of all keys that may stand beside `within`, `holds` and `for` with this subject; pure, with the markers of `shapes.ts`. */
  readonly schema: JsonObject
  readonly examples: readonly string[]
  /** Claims that cannot stand together. */
  readonly excludes?: readonly (readonly [string, string])[]
  readonly observe: (input: JsonObject, context: StepContext) => Promise<Observer>
}
