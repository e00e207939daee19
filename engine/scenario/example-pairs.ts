import { operators } from '../matchers/index.ts'
import { historyClaims } from '../steps/subjects/history-claims.ts'
import { subjectGrammars, verbs } from './grammar.ts'

/** Where the examples of the language reference lie, from the root of the package. */
export const EXAMPLES = 'docs/examples'

/** Every word of the language that has a scenario that passes, one that fails, and what a run says of that. */
export const exampleWords: Readonly<Record<ExampleFolder, readonly string[]>> = {
  verbs: [...verbs.keys()],
  subjects: [...subjectGrammars.keys()],
  history: historyClaims,
  operators: operators.map(({ name }) => name.slice(1)),
}

type ExampleFolder = 'verbs' | 'subjects' | 'history' | 'operators'

/** The files of a word: `verbs/send.passes.yaml` and its siblings. */
export interface ExamplePair {
  readonly passes: string
  readonly fails: string
  /** What a run writes of the one that fails. */
  readonly failure: string
}

/** Paths from the folder of the examples. */
export function examplePair(folder: ExampleFolder, word: string): ExamplePair {
  const stem = `${folder}/${word}`
  return { passes: `${stem}.passes.yaml`, fails: `${stem}.fails.yaml`, failure: `${stem}.fails.txt` }
}

/** Every pair there must be. */
export function allPairs(): readonly ExamplePair[] {
  return (Object.keys(exampleWords) as ExampleFolder[]).flatMap((folder) =>
    exampleWords[folder].map((word) => examplePair(folder, word)),
  )
}
